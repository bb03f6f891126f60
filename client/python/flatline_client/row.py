"""
The bot's own row in the table of bots: the conditional writes of the contract, each sent once, and what a refused one
reads in the row. docs/heartbeat-protocol.md explains them.
"""

from __future__ import annotations

import os
import socket
from typing import Any, Mapping, Optional, Union

from botocore.exceptions import ClientError

from .aws import Aws, code_of
from .contract import BOT_WRITES, KEY, NO_RUN, placeholders_of, reason_that_fits, shard_of

Attributes = Mapping[str, Mapping[str, str]]
# An attribute of an earlier answer goes back as it came.
Value = Union[str, int, Mapping[str, str]]

_ASKS = ("wait", "whyRefused")


class BotRow:
    def __init__(self, aws: Aws, bot_id: str, bots_table: str) -> None:
        self._aws = aws
        self._bot_id = bot_id
        self._bots_table = bots_table

    def write(self, name: str, values: Mapping[str, Value]) -> Optional[Attributes]:
        """
        The row before the write (after it, for `wait` and `whyRefused`), empty if there was none; None when the condition
        did not hold. Raises what botocore raises: then it may have landed, and may be repeated.
        """
        known: dict[str, Value] = {
            "armed": "armed",
            "disarmed": "disarmed",
            "tripped": "tripped",
            "zero": 0,
            "one": 1,
            "no_run": NO_RUN,
            "watch_shard": shard_of(self._bot_id),
            # Only the watchdog's clock decides when it checks.
            "next_check_at_ms": 0,
            "changed_by": _who(),
            **values,
        }
        try:
            response = self._aws.update_item(
                TableName=self._bots_table,
                Key={KEY: {"S": self._bot_id}},
                UpdateExpression=BOT_WRITES[name]["update"],
                ConditionExpression=BOT_WRITES[name]["condition"],
                ExpressionAttributeValues={f":{one}": _typed(known[one]) for one in placeholders_of(name)},
                ReturnValues="ALL_NEW" if name in _ASKS else "ALL_OLD",
            )
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return None
            raise
        attributes: Attributes = response.get("Attributes", {})
        return attributes


def _typed(value: Value) -> dict[str, str]:
    if isinstance(value, str):
        return {"S": reason_that_fits(value)}
    return {"N": str(value)} if isinstance(value, int) else dict(value)


def text_in(row: Attributes, name: str) -> Optional[str]:
    found: Any = row.get(name, {}).get("S")
    return found if isinstance(found, str) else None


def number_in(row: Attributes, name: str) -> Optional[float]:
    try:
        return float(row.get(name, {}).get("N", ""))
    except ValueError:
        return None


def _who() -> str:
    """For the audit log: the process and the machine."""
    return f"{socket.gethostname()}, process {os.getpid()}"

"""
The bot's own row in the table of bots: one conditional write each, with the expressions of the contract.

    beat ── refused ──┬─ at the start: armAgain (after a clean goodbye) ── refused: tripped
                      └─ later: whyRefused ── done: tripped, its row is in the answer ── refused: disarmed
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Any, Literal, Optional

from botocore.exceptions import ClientError

from .aws import Aws, code_of
from .contract import BOT_WRITES, KEY, placeholders_of, reason_that_fits, shard_of
from .settings import Settings

WatchState = Literal["unknown", "armed", "disarmed", "tripped"]


@dataclass(frozen=True)
class Seen:
    """What the row says after a write. `correlation_id` is that of the liquidation that tripped the bot."""

    state: WatchState
    correlation_id: Optional[str] = None
    # The beat before this one was somebody else's: two processes hide each other's death.
    shared: bool = False


class BotRow:
    """Every method may raise what botocore raises; nothing is repeated."""

    def __init__(self, aws: Aws, settings: Settings) -> None:
        self._aws = aws
        self._settings = settings
        self._beats = 0
        self._own_beats_at_ms: list[int] = []
        self._stored_once = False

    def beat(self, arms: bool) -> Seen:
        """
        A sign of life. `arms`: no beat of this run was stored yet, so it may arm a bot that was disarmed; a later one
        may not, lest a beat that is still on its way undo a clean goodbye.
        """
        self._beats += 1
        before = self._write("beat", "UPDATED_OLD", last_change="armed", watch_state="armed")
        if before is not None:
            return Seen("armed", shared=self._is_shared(before))
        if arms and self._write("armAgain", last_change="armed", watch_state="armed") is not None:
            return Seen("armed")
        return self._why_refused()

    def disarm(self, reason: str) -> Seen:
        """The clean goodbye. `disarmed` as well for a bot that was not watched; a tripped one stays tripped."""
        if self._write("disarm", last_change="disarmed", watch_state="disarmed", change_reason=reason) is not None:
            return Seen("disarmed")
        return self._why_refused()

    def fail(self, reason: str) -> bool:
        """The cry for help: the next tick fires. False for a bot that is not watched, or has been liquidated already."""
        return self._write("fail", failed_reason=reason) is not None

    def _why_refused(self) -> Seen:
        row = self._write("whyRefused", seen_watch_state="tripped")
        if row is None:
            return Seen("disarmed")
        return Seen("tripped", row.get("correlation_id", {}).get("S"))

    def _is_shared(self, before: dict[str, Any]) -> bool:
        prior = before.get("last_beat_at_ms", {}).get("N")
        # An operator who arms the bot by hand writes a beat with the number 0.
        by_hand = before.get("beats", {}).get("N") == "0"
        ours = {str(at_ms) for at_ms in self._own_beats_at_ms}
        shared = self._stored_once and prior is not None and not by_hand and prior not in ours
        # Replies may be lost, so each beat since the last one that is known counts as our own.
        self._own_beats_at_ms, self._stored_once = self._own_beats_at_ms[-1:], True
        return shared

    def _write(self, write: str, returns: str = "ALL_NEW", **texts: str) -> Optional[dict[str, Any]]:
        """The row, or what of it was changed, or None when the condition was not met."""
        settings, now_ms = self._settings, self._aws.clock.now_ms()
        if "last_beat_at_ms" in placeholders_of(write):
            self._own_beats_at_ms = [*self._own_beats_at_ms[-20:], now_ms]
        numbers = {
            "last_beat_at_ms": now_ms,
            "changed_at_ms": now_ms,
            "failed_at_ms": now_ms,
            "refused_beat_at_ms": now_ms,
            "beats": self._beats,
            "heartbeat_ms": round(settings.heartbeat_seconds * 1000),
            "late_after_ms": round(settings.late_after_seconds * 1000),
            "dead_after_ms": round(settings.dead_after_seconds * 1000),
            "watch_shard": shard_of(settings.bot_id),
            # No clock but the watchdog's decides when it looks.
            "next_check_at_ms": 0,
        }
        words = {"armed": "armed", "disarmed": "disarmed", "tripped": "tripped", "changed_by": _who(), **texts}
        values = {
            f":{name}": {"N": str(numbers[name])} if name in numbers else {"S": reason_that_fits(words[name])}
            for name in placeholders_of(write)
        }
        try:
            response = self._aws.update_item(
                TableName=settings.bots_table,
                Key={KEY: {"S": settings.bot_id}},
                UpdateExpression=BOT_WRITES[write]["update"],
                ConditionExpression=BOT_WRITES[write]["condition"],
                ExpressionAttributeValues=values,
                ReturnValues=returns,
            )
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return None
            raise
        attributes: dict[str, Any] = response.get("Attributes", {})
        return attributes


def _who() -> str:
    """For the trail: which process on which machine."""
    return f"{socket.gethostname()}, process {os.getpid()}"

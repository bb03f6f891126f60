"""
Words that this client shares with the rest of flatline: variables, triggers, and what a bot may write into its own row
of the table of bots. They come from lambda/contract.ts and lambda/bot-row.ts, and a test compares `as_json()` with them.
"""

from __future__ import annotations

import json
import re

ENV_BOTS_TABLE = "FLATLINE_BOTS_TABLE"
ENV_LIQUIDATOR = "FLATLINE_LIQUIDATOR"
ENV_BOT_ID = "FLATLINE_BOT_ID"

TRIGGERS = ("shutdown", "SIGTERM", "SIGINT", "error", "watchdog", "sentinel", "alarm", "manual", "drill")
BOT_ID_PATTERN = "^[a-z0-9-]{1,40}$"
REASON_MAX_CHARS = 500
HEADLINE_REFUSED = "REFUSED, NOTHING DONE"
WATCH_SHARDS = 10
KEY = "bot_id"

NO_RUN = "none"

_SIGN_OF_LIFE = (
    "last_beat_at_ms = :last_beat_at_ms, beats = :beats, heartbeat_ms = :heartbeat_ms, "
    "late_after_ms = :late_after_ms, dead_after_ms = :dead_after_ms"
)
_IN_INDEX = (
    "watch_shard = if_not_exists(watch_shard, :watch_shard), "
    "next_check_at_ms = if_not_exists(next_check_at_ms, :next_check_at_ms)"
)
_NEW_RUN = "prior_run_id = if_not_exists(run_id, :no_run)"
_ONE_MORE_START = "unproven_starts = if_not_exists(unproven_starts, :zero) + :one"
_IS_ARMED = "(attribute_not_exists(watch_state) OR NOT watch_state IN (:tripped, :disarmed))"
_IS_NEW_RUN = (
    "(attribute_not_exists(run_id) OR run_id <> :run_id) AND "
    "(attribute_not_exists(prior_run_id) OR prior_run_id <> :run_id)"
)
_MARK = "failed_at_ms, failed_reason, failed_call_id"
_TAKE_OVER = (
    f"SET {_SIGN_OF_LIFE}, run_id = :run_id, {_IN_INDEX}, {_NEW_RUN}, {_ONE_MORE_START} "
    "REMOVE waiting_since_ms, refused_beat_at_ms, refused_run_id"
)
_CHANGED = (
    "watch_state = :watch_state, watch_shard = :watch_shard, next_check_at_ms = :next_check_at_ms, "
    "last_change = :last_change, changed_at_ms = :changed_at_ms, changed_by = :changed_by"
)

# As UpdateItem takes them; values are `:name` of the attribute, and the constants that BotRow knows. What each is for is
# said in lambda/bot-row.ts and docs/heartbeat-protocol.md.
BOT_WRITES = {
    "takeOver": {
        "update": _TAKE_OVER,
        "condition": f"attribute_exists(bot_id) AND {_IS_ARMED} AND {_IS_NEW_RUN} AND "
        "(attribute_not_exists(is_exclusive) OR attribute_not_exists(run_id))",
    },
    "takeOverSilent": {
        "update": _TAKE_OVER,
        "condition": f"attribute_exists(bot_id) AND {_IS_ARMED} AND {_IS_NEW_RUN} AND run_id = :seen_run_id AND "
        "beats = :seen_beats AND last_beat_at_ms = :seen_last_beat_at_ms",
    },
    "start": {
        "update": f"SET {_SIGN_OF_LIFE}, run_id = :run_id, {_CHANGED}, {_NEW_RUN}, {_ONE_MORE_START} "
        "REMOVE change_reason, waiting_since_ms, refused_beat_at_ms, refused_run_id, "
        f"{_MARK}, seen_beat, seen_at_ms, seen_after_ms, late_told_for",
        "condition": "(attribute_not_exists(watch_state) OR NOT watch_state IN (:armed, :tripped)) AND "
        f"{_IS_NEW_RUN}",
    },
    "wait": {
        "update": "SET run_id = :run_id, refused_beat_at_ms = :refused_beat_at_ms, refused_run_id = :refused_run_id, "
        f"{_NEW_RUN}",
        "condition": f"watch_state = :tripped AND {_IS_NEW_RUN}",
    },
    "beat": {
        "update": f"SET {_SIGN_OF_LIFE}, worked_at_ms = :worked_at_ms, {_IN_INDEX} "
        "REMOVE waiting_since_ms, unproven_starts",
        "condition": f"{_IS_ARMED} AND run_id = :run_id",
    },
    "beatWithoutProof": {
        "update": f"SET {_SIGN_OF_LIFE}, {_IN_INDEX} REMOVE waiting_since_ms",
        "condition": f"{_IS_ARMED} AND run_id = :run_id",
    },
    "whyRefused": {
        "update": "SET refused_beat_at_ms = :refused_beat_at_ms, refused_run_id = :refused_run_id",
        "condition": "attribute_exists(bot_id)",
    },
    "disarm": {
        "update": f"SET {_CHANGED}, change_reason = :change_reason "
        f"REMOVE {_MARK}, late_told_for, waiting_since_ms, unproven_starts",
        "condition": f"{_IS_ARMED} AND run_id = :run_id",
    },
    "fail": {
        "update": "SET failed_at_ms = :failed_at_ms, failed_reason = :failed_reason, failed_call_id = :failed_call_id, "
        "watch_shard = :watch_shard, next_check_at_ms = :next_check_at_ms",
        "condition": f"{_IS_ARMED} AND run_id = :run_id AND "
        "(attribute_not_exists(withdrawn_call_id) OR withdrawn_call_id <> :failed_call_id)",
    },
    "withdraw": {
        "update": f"SET withdrawn_call_id = :withdrawn_call_id REMOVE {_MARK}",
        "condition": f"{_IS_ARMED} AND failed_call_id = :withdrawn_call_id",
    },
    "forestall": {
        "update": "SET withdrawn_call_id = :withdrawn_call_id",
        "condition": f"attribute_exists(bot_id) AND {_IS_ARMED} AND "
        "(attribute_not_exists(failed_call_id) OR failed_call_id <> :withdrawn_call_id)",
    },
}


def shard_of(bot_id: str) -> int:
    """The shard of the watchdog's index that contains a bot."""
    return sum(map(ord, bot_id)) % WATCH_SHARDS


def placeholders_of(write: str) -> list[str]:
    """The values that a write needs, no more: DynamoDB refuses a value that no expression uses."""
    texts = BOT_WRITES[write]
    return sorted(set(re.findall(r":(\w+)", f"{texts['update']} {texts['condition']}")))


def reason_that_fits(reason: str) -> str:
    """At most REASON_MAX_CHARS as JavaScript counts them (UTF-16 units), without half characters."""
    text = reason.encode("utf-16-le", "replace")[: 2 * REASON_MAX_CHARS]
    return text.decode("utf-16-le", "ignore")


def as_json() -> str:
    """All of the above, to compare with lambda/contract.ts and lambda/bot-row.ts."""
    return json.dumps(
        {
            "env": {"botsTable": ENV_BOTS_TABLE, "liquidator": ENV_LIQUIDATOR},
            "triggers": TRIGGERS,
            "botIdPattern": BOT_ID_PATTERN,
            "reasonMaxChars": REASON_MAX_CHARS,
            "headlineRefused": HEADLINE_REFUSED,
            "watchShards": WATCH_SHARDS,
            "key": KEY,
            "noRun": NO_RUN,
            "botWrites": BOT_WRITES,
            "shards": {bot_id: shard_of(bot_id) for bot_id in ("default", "trend-1", "a" * 40)},
        }
    )

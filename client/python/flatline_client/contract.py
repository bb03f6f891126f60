"""
Words that this client shares with the rest of flatline: variables, triggers, and what a bot may write into its own row
of the table of bots. They come from lambda/contract.ts, and a test compares `as_json()` with it.
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
WATCH_SHARDS = 10
KEY = "bot_id"

_SIGN_OF_LIFE = (
    "SET last_beat_at_ms = :last_beat_at_ms, beats = :beats, heartbeat_ms = :heartbeat_ms, "
    "late_after_ms = :late_after_ms, dead_after_ms = :dead_after_ms, "
)
_WATCHED = (
    "attribute_exists(bot_id) AND (attribute_not_exists(watch_state) OR NOT watch_state IN (:tripped, :disarmed))"
)

# As UpdateItem takes them; values are `:name` of the attribute, and the states as texts under `:armed`, `:disarmed`,
# `:tripped`. What each is for is said in lambda/contract.ts.
BOT_WRITES = {
    "beat": {
        "update": _SIGN_OF_LIFE
        + "watch_state = if_not_exists(watch_state, :watch_state), "
        + "watch_shard = if_not_exists(watch_shard, :watch_shard), "
        + "next_check_at_ms = if_not_exists(next_check_at_ms, :next_check_at_ms), "
        + "last_change = if_not_exists(last_change, :last_change), "
        + "changed_at_ms = if_not_exists(changed_at_ms, :changed_at_ms), "
        + "changed_by = if_not_exists(changed_by, :changed_by)",
        "condition": "(attribute_not_exists(watch_state) OR NOT watch_state IN (:tripped, :disarmed))",
    },
    "armAgain": {
        "update": _SIGN_OF_LIFE
        + "watch_state = :watch_state, watch_shard = :watch_shard, next_check_at_ms = :next_check_at_ms, "
        + "last_change = :last_change, changed_at_ms = :changed_at_ms, changed_by = :changed_by "
        + "REMOVE change_reason, snoozed_until_ms, failed_at_ms, failed_reason, seen_beat, seen_at_ms, seen_after_ms, "
        + "late_told_for, tripped_at_ms, tripped_by, tripped_deadline_ms, correlation_id, lockout_until_ms, "
        + "invoked_at_ms, sentinel_minute, refused_beat_at_ms",
        "condition": "(attribute_not_exists(watch_state) OR NOT watch_state IN (:armed, :tripped))",
    },
    "whyRefused": {
        "update": "SET refused_beat_at_ms = :refused_beat_at_ms",
        "condition": "watch_state = :seen_watch_state",
    },
    "disarm": {
        "update": "SET watch_state = :watch_state, watch_shard = :watch_shard, next_check_at_ms = :next_check_at_ms, "
        + "last_change = :last_change, changed_at_ms = :changed_at_ms, changed_by = :changed_by, "
        + "change_reason = :change_reason REMOVE snoozed_until_ms, failed_at_ms, failed_reason, late_told_for",
        "condition": _WATCHED,
    },
    "fail": {
        "update": "SET failed_at_ms = :failed_at_ms, failed_reason = :failed_reason, watch_shard = :watch_shard, "
        + "next_check_at_ms = :next_check_at_ms",
        "condition": _WATCHED,
    },
}


def shard_of(bot_id: str) -> int:
    """The part of the watchdog's index in which a bot stands."""
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
    """All of the above, for whoever compares it with lambda/contract.ts."""
    return json.dumps(
        {
            "env": {"botsTable": ENV_BOTS_TABLE, "liquidator": ENV_LIQUIDATOR},
            "triggers": TRIGGERS,
            "botIdPattern": BOT_ID_PATTERN,
            "reasonMaxChars": REASON_MAX_CHARS,
            "watchShards": WATCH_SHARDS,
            "key": KEY,
            "botWrites": BOT_WRITES,
            "shards": {bot_id: shard_of(bot_id) for bot_id in ("default", "trend-1", "a" * 40)},
        }
    )

"""
Whether a bot may trade: only when a heartbeat of this process was stored, was sent less than dead_after ago, and the
state is armed. Unknown means no: in a partition longer than dead_after the account may already be liquidated.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, Optional

from .clock import steady_seconds
from .run import WatchState

GateReason = Literal[
    "not-started",
    "resting",
    "never-stored",
    "too-old",
    "tripped",
    "disarmed",
    "replaced",
    "occupied",
    "another-process",
    "unknown-bot",
]


@dataclass(frozen=True)
class Instant:
    """By a clock that cannot be set, and by one that continues while the machine is suspended."""

    steady: float
    wall: float


def this_instant() -> Instant:
    return Instant(steady_seconds(), time.time())


@dataclass(frozen=True)
class TradeGate:
    """`reason` and `sentence` say why it is shut; an open one has neither."""

    is_open: bool
    reason: Optional[GateReason] = None
    sentence: str = ""

    def __bool__(self) -> bool:
        return self.is_open


@dataclass(frozen=True)
class Facts:
    """What is known of the watch, all at one time. `stored`: when the last stored heartbeat was sent."""

    state: WatchState
    stored: Optional[Instant]


def trade_gate(facts: Facts, dead_after_seconds: float, now: Instant) -> TradeGate:
    if facts.state != "unknown" and facts.state != "armed":
        return shut(facts.state)
    if facts.stored is None:
        return shut("never-stored")
    # A wall clock that steps forward shuts the gate until the next heartbeat; one that steps back changes nothing.
    age = max(now.steady - facts.stored.steady, now.wall - facts.stored.wall)
    return TradeGate(True) if age < dead_after_seconds else shut("too-old")


def shut(reason: GateReason) -> TradeGate:
    return TradeGate(False, reason, _SENTENCES[reason])


_SENTENCES: dict[GateReason, str] = {
    "not-started": "start() was not called, or the bot was disarmed by stop().",
    "resting": "A liquidation is not known to have ended flat; heartbeats have stopped until start() is called again.",
    "never-stored": "No heartbeat of this run has been stored yet.",
    "too-old": "No heartbeat has been stored for dead_after_seconds: the account may be liquidated by now.",
    "tripped": "The bot was liquidated. An operator must re-arm it first.",
    "disarmed": "The bot is not watched: an operator disarmed it, or stop() was called.",
    "replaced": "A newer run of this bot has taken over.",
    "occupied": "Another run of this bot is active, and only one may be.",
    "unknown-bot": "The deployed configuration does not know this bot ID: the bot is not watched.",
    "another-process": "Another process has started the watch, such as the parent of a fork. Call start() in this one.",
}

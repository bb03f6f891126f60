"""
What a row says to a run whose write was refused. Both tables are those of docs/heartbeat-protocol.md, read from top to
bottom: the first line that fits counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Mapping, Optional

from .row import Attributes, number_in, text_in

_LONGEST_HEARTBEAT_MS = 60_000


@dataclass(frozen=True)
class SeenRun:
    """The run that holds the row, as it was seen."""

    run_id: Mapping[str, str]
    beats: Mapping[str, str]
    last_beat_at_ms: Mapping[str, str]
    heartbeat_seconds: float


@dataclass(frozen=True)
class Verdict:
    """
    armed     an earlier try of this start has landed
    replaced  a newer run has taken over
    occupied  another run may be beating, and this one must not take over: `seen`
    start     the row was deleted, or belongs to no run: start with the same run
    again     the row changed meanwhile
    """

    kind: Literal["tripped", "disarmed", "armed", "replaced", "occupied", "start", "again"]
    correlation_id: Optional[str] = None
    seen: Optional[SeenRun] = None


def on_start(row: Optional[Attributes], run_id: str) -> Verdict:
    """`row` None: there is none."""
    if row is None:
        return Verdict("again")
    state, holder = text_in(row, "watch_state"), text_in(row, "run_id")
    if state == "tripped":
        return Verdict("tripped", text_in(row, "correlation_id"))
    if holder == run_id:
        return Verdict("disarmed" if state == "disarmed" else "armed")
    if text_in(row, "prior_run_id") == run_id:
        return Verdict("replaced")
    if state != "disarmed" and "is_exclusive" in row and "run_id" in row:
        return Verdict("occupied", seen=_seen_in(row))
    return Verdict("again")


def on_beat(row: Optional[Attributes], run_id: str) -> Verdict:
    if row is None or "run_id" not in row:
        return Verdict("start")
    if text_in(row, "run_id") != run_id:
        return Verdict("replaced")
    state = text_in(row, "watch_state")
    if state == "tripped":
        return Verdict("tripped", text_in(row, "correlation_id"))
    return Verdict("disarmed" if state == "disarmed" else "again")


def _seen_in(row: Attributes) -> SeenRun:
    heartbeat = number_in(row, "heartbeat_ms")
    plausible = heartbeat is not None and 0 < heartbeat <= _LONGEST_HEARTBEAT_MS
    # A row without these cannot be compared: the run that holds it has never beaten.
    nothing = {"N": "0"}
    return SeenRun(
        row["run_id"],
        row.get("beats", nothing),
        row.get("last_beat_at_ms", nothing),
        (heartbeat if plausible and heartbeat is not None else _LONGEST_HEARTBEAT_MS) / 1000,
    )

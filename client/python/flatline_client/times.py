"""
The heartbeat interval and the allowed silence of the deployed configuration: the watchdog stores them in the row, and
the client adopts them while it runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from .row import Attributes, number_in
from .settings import Settings


@dataclass(frozen=True)
class Times:
    heartbeat_seconds: float
    late_after_seconds: float
    dead_after_seconds: float


def times_in(row: Attributes) -> Optional[Times]:
    """None if there is nothing, or nothing that makes sense."""
    heartbeat, late, dead = (number_in(row, f"asked_{name}_ms") for name in ("heartbeat", "late_after", "dead_after"))
    if heartbeat is None or late is None or dead is None:
        return None
    sane = 1_000 <= heartbeat <= 60_000 and heartbeat < late < dead <= 86_400_000
    return Times(heartbeat / 1000, late / 1000, dead / 1000) if sane else None


def adopted(own: Settings, asked: Times) -> Settings:
    """A heartbeat that the bot chose itself stays."""
    heartbeat = own.heartbeat_seconds if own.keeps_heartbeat else asked.heartbeat_seconds
    return replace(
        own,
        heartbeat_seconds=heartbeat,
        late_after_seconds=asked.late_after_seconds,
        dead_after_seconds=asked.dead_after_seconds,
    )

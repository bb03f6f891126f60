"""
The time, corrected by AWS: a bot's clock may be wrong by hours, which must not affect its heartbeats and signatures.

A Date header has whole seconds and comes from somewhere between sending and receiving, so it bounds the truth:

    date - received  <=  offset  <=  date + 1 s - sent          (offset: true time minus the steady clock)

An offset within these bounds is kept, so a clock that is right keeps its milliseconds; any other is moved to the
nearer bound, and each further response narrows it.
"""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Optional


def steady_seconds() -> float:
    """Seconds that cannot be set back, and that continue while the machine sleeps, where the system supports it."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot_time) if boot_time is not None else time.monotonic()


class CorrectedClock:
    """Any thread may use it: it is one number."""

    def __init__(self) -> None:
        self._offset = time.time() - steady_seconds()

    def now_seconds(self) -> float:
        """Epoch seconds."""
        return steady_seconds() + self._offset

    def now_ms(self) -> int:
        """Whole epoch milliseconds."""
        return int(self.now_seconds() * 1000)

    def observe(self, date: Optional[str], sent: float, received: float) -> float:
        """Takes the Date header of a response, and the steady seconds around it. Returns by how much the time moved."""
        if date is None:
            return 0.0
        try:
            stamp = parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError, IndexError, OverflowError):
            return 0.0
        before = self._offset
        self._offset = min(max(before, stamp - received), stamp + 1 - sent)
        return abs(self._offset - before)

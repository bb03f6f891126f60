"""Repeats an AWS call that is safe to repeat until it succeeds or the time is over."""

from __future__ import annotations

import time
from typing import Callable, TypeVar

from .aws import is_hopeless
from .clock import steady_seconds

T = TypeVar("T")
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 1.0


def until_done(call: Callable[[], T], deadline: float) -> T:
    """Raises the last error: one that repeating does not fix, or the last before `deadline` (steady seconds)."""
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return call()
        except Exception as error:
            if is_hopeless(error) or steady_seconds() + pause >= deadline:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

"""The marks that a run's liquidations leave in the row, and whether one of them is there on purpose."""

from __future__ import annotations

import os
from typing import Optional

from .heart import Heart


class MarksOf:
    """Of one run; without one nothing is marked, because the row may belong to another process."""

    def __init__(self, heart: Optional[Heart]) -> None:
        self._heart = heart
        self.keeps = False

    def mark(self, reason: str, call_id: str) -> bool:
        heart = self._heart
        return heart is not None and heart.pid == os.getpid() and heart.mark(reason, call_id)

    def withdraw(self, call_id: str) -> bool:
        return self._heart is None or self._heart.run.withdraw(call_id)

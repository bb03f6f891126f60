"""The marks that a run's liquidations leave in the row, and whether one of them is there on purpose."""

from __future__ import annotations

import os
from typing import Optional

from .heartbeat_sender import HeartbeatSender


class MarksOf:
    """Of one run; without one nothing is marked, because the row may belong to another process."""

    def __init__(self, sender: Optional[HeartbeatSender]) -> None:
        self._sender = sender
        self.keeps = False

    def mark(self, reason: str, call_id: str) -> bool:
        sender = self._sender
        return sender is not None and sender.pid == os.getpid() and sender.mark(reason, call_id)

    def withdraw(self, call_id: str) -> bool:
        return self._sender is None or self._sender.run.withdraw(call_id)

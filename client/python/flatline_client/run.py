"""
One run of a bot: what it writes into the bot's row, and what each refusal means. The row knows one current run, and only
its writes count. Every method may raise what botocore raises, and is safe to repeat.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal, Optional

from . import verdict
from .clock import CorrectedClock, steady_seconds
from .row import Attributes, BotRow, Value, text_in
from .settings import Settings
from .times import Times, times_in
from .verdict import SeenRun

WatchState = Literal["unknown", "armed", "disarmed", "tripped", "replaced", "occupied"]

_START_ROUNDS = 2
START_SECONDS = 5.0
_TRY_SECONDS = 5.0
_SHORT_TRY_SECONDS = 2.0


@dataclass(frozen=True)
class Seen:
    """What the row says after a write. `correlation_id` is that of the liquidation that tripped the bot."""

    state: WatchState
    correlation_id: Optional[str] = None
    # `occupied`: the run that holds the row; None when it has sent a heartbeat meanwhile.
    other: Optional[SeenRun] = None
    # The row has lost the run: start it again.
    lost: bool = False
    # What the deployed configuration asks for, if the row says so.
    asked: Optional[Times] = None


class Changed(Exception):
    """The row changed between two writes; the same is tried again."""


class Run:
    def __init__(self, row: BotRow, clock: CorrectedClock, settings: Settings) -> None:
        self.id = secrets.token_hex(16)
        self._row = row
        self._clock = clock
        self.settings = settings
        self._beats = 0

    @property
    def try_seconds(self) -> float:
        """The watchdog relies on one try not taking longer (docs/heartbeat-protocol.md, "Heartbeats")."""
        return min(_TRY_SECONDS, max(_SHORT_TRY_SECONDS, self.settings.heartbeat_seconds))

    def start(self) -> Seen:
        """One try, of five seconds whatever the heartbeat is. A start is no proof of work."""
        end = steady_seconds() + START_SECONDS
        sign = self._sign_of_life()
        for _ in range(_START_ROUNDS):
            before = self._write("takeOver", sign, end)
            if before is None:
                before = self._write("start", {**sign, **self._change("armed")}, end)
            if before is not None:
                return Seen("armed", asked=times_in(before))
            row = self._write("wait", self._refusal(), end)
            said = verdict.on_start(row if row is not None else self._why_refused(end), self.id)
            if said.kind == "armed":
                if self._write("beatWithoutProof", sign, end) is not None:
                    return Seen("armed")
            elif said.kind == "occupied":
                return Seen("occupied", other=said.seen)
            elif said.kind != "again":
                return Seen(_state_of(said), said.correlation_id)
        raise Changed

    def take_over_silent(self, other: SeenRun) -> Seen:
        """Takes over from a run without a heartbeat since it was seen; `occupied` if there was one."""
        seen: dict[str, Value] = {
            "seen_run_id": other.run_id,
            "seen_beats": other.beats,
            "seen_last_beat_at_ms": other.last_beat_at_ms,
        }
        end = steady_seconds() + self.try_seconds
        taken = self._write("takeOverSilent", {**self._sign_of_life(), **seen}, end)
        return Seen("armed" if taken is not None else "occupied")

    def beat(self, has_proof: bool) -> Seen:
        end = steady_seconds() + self.try_seconds
        name, sign = "beat" if has_proof else "beatWithoutProof", self._sign_of_life()
        before = self._write(name, sign, end)
        if before is not None:
            return Seen("armed", asked=times_in(before))
        said = verdict.on_beat(self._why_refused(end), self.id)
        if said.kind == "start":
            return Seen("unknown", lost=True)
        if said.kind != "again":
            return Seen(_state_of(said), said.correlation_id)
        # Armed by an operator meanwhile.
        if self._write(name, sign, end) is None:
            raise Changed
        return Seen("armed")

    def disarm(self, reason: str) -> Seen:
        """Disarms this run. `disarmed` also for a bot that is not watched."""
        end = steady_seconds() + self.try_seconds
        if self._write("disarm", {**self._change("disarmed"), "change_reason": reason}, end) is not None:
            return Seen("disarmed")
        said = verdict.on_beat(self._why_refused(end), self.id)
        return Seen(_state_of(said), said.correlation_id) if said.kind in ("tripped", "replaced") else Seen("disarmed")

    def fail(self, reason: str, call_id: str) -> bool:
        """
        The next check trips the bot. `call_id` names the liquidation without an answer. False: the bot is not watched,
        belongs to another run, or has been liquidated already.
        """
        values: dict[str, Value] = {
            "failed_at_ms": self._clock.now_ms(),
            "failed_reason": reason,
            "failed_call_id": call_id,
        }
        return self._write("fail", values, steady_seconds() + self.try_seconds) is not None

    def withdraw(self, call_id: str) -> bool:
        """The mark of this call is removed, or is refused when it arrives. False: the bot has been tripped."""
        end = steady_seconds() + self.try_seconds
        values: dict[str, Value] = {"withdrawn_call_id": call_id}
        if self._write("withdraw", values, end) is not None or self._write("forestall", values, end) is not None:
            return True
        # Disarmed, or without a row, it has no mark either.
        row = self._why_refused(end)
        return row is None or text_in(row, "watch_state") != "tripped"

    def _sign_of_life(self) -> dict[str, Value]:
        settings, now_ms = self.settings, self._clock.now_ms()
        self._beats += 1
        return {
            "last_beat_at_ms": now_ms,
            "worked_at_ms": now_ms,
            "beats": self._beats,
            "heartbeat_ms": round(settings.heartbeat_seconds * 1000),
            "late_after_ms": round(settings.late_after_seconds * 1000),
            "dead_after_ms": round(settings.dead_after_seconds * 1000),
        }

    def _change(self, to: str) -> dict[str, Value]:
        return {"watch_state": to, "last_change": to, "changed_at_ms": self._clock.now_ms()}

    def _refusal(self) -> dict[str, Value]:
        return {"refused_beat_at_ms": self._clock.now_ms(), "refused_run_id": self.id}

    def _why_refused(self, end: float) -> Optional[Attributes]:
        return self._write("whyRefused", self._refusal(), end)

    def _write(self, name: str, values: dict[str, Value], end: float) -> Optional[Attributes]:
        if steady_seconds() > end:
            raise TimeoutError(f"no reply within {self.try_seconds:g} s")
        return self._row.write(name, {"run_id": self.id, **values})


def _state_of(said: verdict.Verdict) -> WatchState:
    if said.kind in ("tripped", "disarmed", "replaced"):
        return said.kind
    return "unknown"

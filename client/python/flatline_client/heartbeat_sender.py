"""
The heartbeats of one run, in their own daemon thread. They stop when the bot gives no more proof of work, when it is
disarmed, when a newer run has taken over, and with the process: the watchdog acts on silence.

    start ── beat ── wait ── beat ── …     stale: no heartbeat until there is proof of work again
                │
                ├─ tripped, disarmed: reported once; the next ones only check whether an operator has armed the bot
                ├─ replaced, or another run is active and only one may be: reported once, no more heartbeats
                └─ not stored: again after 1, 2, 4 … seconds, at most a heartbeat
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from typing import Callable, Optional, Union

from .aws import Aws, why
from .bounded import call_within, start_call, take
from .clock import steady_seconds
from .deployment_flags import deployment_flags
from .gate import Facts, Instant, TradeGate, shut, this_instant, trade_gate
from .run import START_SECONDS, Run, Seen, WatchState
from .settings import Settings
from .times import Times, adopted
from .verdict import SeenRun

Report = Callable[[int, str], None]
OnTripped = Callable[[Optional[str]], object]
OnArmed = Callable[[], None]

# A first heartbeat by a clock that was wrong by more than this is repeated at once with the right time.
_WRONG_CLOCK_SECONDS = 2.0
_STALE_LOOK_SECONDS = 0.25
_PREPARE_SECONDS = 15.0
# An exclusive bot's other run is silent after its heartbeat and this (docs/heartbeat-protocol.md, "Start").
_SILENT_AFTER_SECONDS = 3.0

_REFUSALS = {
    "disarmed": (
        logging.WARNING,
        "{0} was disarmed by hand: it is not watched. Arm it again with flatline arm --bot {0}{1}.",
    ),
    "replaced": (
        logging.ERROR,
        "A newer run of {0} has taken over: this one sends no more heartbeats and must not trade. Stop it.",
    ),
    "occupied": (
        logging.CRITICAL,
        "Another run of {0} is active, and only one may be: this one is not watched and must not trade. Stop one of them.",
    ),
}


class HeartbeatSender:
    """Only `wait_for_first`, `ask` and `mark` block, and they are bounded; nothing raises."""

    def __init__(
        self,
        aws: Aws,
        run: Run,
        settings: Settings,
        on_tripped: Optional[OnTripped],
        report: Report,
        on_armed: Optional[OnArmed] = None,
    ) -> None:
        self._aws = aws
        self.run = run
        self.settings = settings
        self._on_armed = on_armed
        self._on_tripped = on_tripped
        self._report = report
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._first: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stopping = False
        self._resting = False
        self._unknown_bot = False
        # The row knows the run; and when the start that was stored was sent.
        self._started = False
        self._started_at: Optional[float] = None
        self._failures = 0
        self._prepared = False
        self._stale = False
        self._late_reported = False
        self._has_proven = False
        self._differing: Optional[float] = None
        self._proved_at = steady_seconds()
        self._last_stored_at = steady_seconds()
        # One value, so that no thread ever sees half of it.
        self._facts = Facts("unknown", None)
        self.pid = os.getpid()
        self._thread = self._begin()

    @property
    def state(self) -> WatchState:
        return "disarmed" if self._unknown_bot else self._facts.state

    @property
    def is_stopped(self) -> bool:
        """No more heartbeats of this run: only an explicit start, which is a new run, sends heartbeats again."""
        return self._stopping

    @property
    def was_armed(self) -> bool:
        """A heartbeat of this run was stored at some time, and the deployment knows the bot, so it may have traded."""
        return self._started_at is not None and not self._unknown_bot

    def gate(self) -> TradeGate:
        if self.pid != os.getpid():
            return shut("another-process")
        if self._unknown_bot:
            return shut("unknown-bot")
        facts = self._facts
        if self._stopping and facts.state in ("unknown", "armed"):
            return shut("resting" if self._resting else "not-started")
        return trade_gate(facts, self.settings.dead_after_seconds, this_instant())

    def prove(self) -> None:
        """Proof of work. May be called from any thread, as often as wanted."""
        self._proved_at = steady_seconds()
        self._has_proven = True

    def revive(self) -> None:
        """A thread that died without being stopped is started again."""
        if not self._stopping and not self._thread.is_alive():
            self._report(logging.ERROR, "The heartbeat thread had died; it is started again.")
            self._thread = self._begin()

    def stop(self, resting: bool = False) -> None:
        """No heartbeat starts after this; one that was sent ends by itself. `resting`: flat is not known."""
        self._resting = resting
        self._stopping = True
        self._wake.put(None)

    def give_up(self) -> None:
        """The deployment does not know this bot: no more heartbeats, and the gate stays shut."""
        self._unknown_bot = True
        self.stop()
        self._answered()

    def note_disarm(self, seen: Seen) -> None:
        self._facts = Facts(seen.state, None)

    def wait_until_gone(self, seconds: float) -> None:
        self._thread.join(max(0.0, seconds))

    def wait_for_first(self, seconds: float) -> None:
        """Waits until a heartbeat was stored or refused. A failed one is repeated meanwhile."""
        end = steady_seconds() + seconds
        while self.state == "unknown" and not self._stopping:
            try:
                take(self._first, end - steady_seconds())
            except queue.Empty:
                return

    def ask(self, seconds: float) -> None:
        """Whether a newer run has taken over; what it learns is in `state`."""
        if self._stopping or not self._started or self.pid != os.getpid():
            return
        seen = call_within(seconds, lambda: self.run.beat(has_proof=False), "ask")
        if isinstance(seen, Seen) and seen.state == "replaced":
            self._refused(seen)

    def mark(self, reason: str, call_id: str) -> bool:
        """Marks the run as failed; starts it first if no start was stored yet. Raises what botocore raises."""
        if not self._started and self.pid == os.getpid():
            self._started = self.run.start().state == "armed"
        return self.run.fail(reason, call_id)

    def _begin(self) -> threading.Thread:
        thread = threading.Thread(target=self._send_heartbeats, name="flatline-heartbeats", daemon=True)
        thread.start()
        return thread

    def _send_heartbeats(self) -> None:
        while not self._stopping:
            delay = _STALE_LOOK_SECONDS
            try:
                if self._has_proof():
                    delay = self._beat()
            except Exception as error:  # noqa: BLE001 - a bug here must not end the heartbeats
                self._report(logging.ERROR, f"A heartbeat failed unexpectedly ({type(error).__name__}).")
                delay = 1.0
            self._sleep(delay)

    def _sleep(self, seconds: float) -> None:
        if self._stopping:
            return
        try:
            self._wake.get(timeout=seconds)
        except queue.Empty:
            pass

    def _has_proof(self) -> bool:
        within = self.settings.proven_within_seconds
        if within is None:
            return True
        stale = steady_seconds() - self._proved_at > within
        if stale and not self._stale:
            self._report(
                logging.ERROR,
                f"alive() was not called for {within:g} s: no more heartbeats until it is. Without a call, the "
                f"watchdog liquidates {self.settings.dead_after_seconds:g} s after the last heartbeat.",
            )
        if self._stale and not stale:
            self._report(logging.INFO, "alive() was called again: the heartbeats continue.")
        self._stale = stale
        return not stale

    def _beat(self) -> float:
        """Returns the seconds to the next one."""
        unready = self._unready()
        sent = this_instant()
        first = self._failures == 0 and self._started_at is None
        offset_before = self._aws.clock.now_seconds() - sent.steady
        seen = self._send() if unready is None else unready
        if isinstance(seen, Seen) and seen.lost:
            self._started = False
            seen = self._send()
        if isinstance(seen, Seen) and seen.state == "occupied" and seen.other is not None:
            sent, seen = self._take_over_when_silent(seen.other)
        if isinstance(seen, BaseException):
            delay = self._not_stored(seen, steady_seconds() - sent.steady)
            self._answered()
            return delay
        moved = abs(self._aws.clock.now_seconds() - steady_seconds() - offset_before)
        self._stored(seen, sent)
        self._answered()
        if first and not self._stopping:
            self._aws.warm_up()
            if moved > _WRONG_CLOCK_SECONDS:
                self._report(logging.WARNING, f"This machine's clock is wrong by {moved:.0f} s; AWS's time is used.")
                return 0.0
        return max(0.0, self.settings.heartbeat_seconds - (steady_seconds() - sent.steady))

    def _unready(self) -> Optional[BaseException]:
        """Before the first heartbeat: loading the SDK is not part of a try."""
        if not self._prepared:
            loaded = call_within(_PREPARE_SECONDS, self._aws.prepare, "prepare")
            if isinstance(loaded, BaseException):
                return loaded
            self._prepared = True
        return None

    def _send(self) -> Union[Seen, BaseException]:
        if not self._started:
            return self._try(START_SECONDS, self.run.start)
        return self._try(self.run.try_seconds, lambda: self.run.beat(self._proves_work()))

    def _proves_work(self) -> bool:
        """When the process alone is the proof, the first proof is having lived for one heartbeat."""
        if self._has_proven or self.settings.proven_within_seconds is not None:
            return self._has_proven
        began = self._started_at
        return began is not None and steady_seconds() - began >= self.settings.heartbeat_seconds * 0.95

    def _try(self, seconds: float, call: Callable[[], Seen]) -> Union[Seen, BaseException]:
        # Not even name resolution may take longer than a try: the watchdog relies on the interval.
        return call_within(seconds, call, "beat")

    def _take_over_when_silent(self, other: SeenRun) -> tuple[Instant, Union[Seen, BaseException]]:
        wait = other.heartbeat_seconds + _SILENT_AFTER_SECONDS
        self._report(
            logging.WARNING,
            f"Another run of {self.settings.bot_id} is armed, and only one may be: waiting {wait:.0f} s to see whether "
            "it still sends heartbeats.",
        )
        self._sleep(wait)
        sent = this_instant()
        if self._stopping:
            return sent, Seen("unknown")
        return sent, self._try(START_SECONDS, lambda: self.run.take_over_silent(other))

    def _answered(self) -> None:
        # One is enough for a waiting caller; one for each heartbeat would accumulate as long as the bot lives.
        if self._first.empty():
            self._first.put(None)

    def _not_stored(self, error: BaseException, took: float) -> float:
        self._failures += 1
        silent = steady_seconds() - self._last_stored_at
        if self._failures == 1:
            self._report(logging.WARNING, f"A heartbeat was not stored: {why(error)}. It is repeated.")
        if silent > self.settings.late_after_seconds and not self._late_reported:
            self._late_reported = True
            self._report(
                logging.ERROR,
                f"No heartbeat was stored for {silent:.0f} s: {why(error)}. An armed bot is liquidated "
                f"{self.settings.dead_after_seconds:g} s after its last heartbeat.",
            )
        return max(0.0, min(2.0 ** min(self._failures - 1, 6), self.settings.heartbeat_seconds) - took)

    def _stored(self, seen: Seen, sent: Instant) -> None:
        if self._failures > 0 and self._started_at is not None:
            self._report(logging.INFO, "Heartbeats are stored again.")
        self._failures, self._late_reported, self._last_stored_at = 0, False, steady_seconds()
        if seen.state != "armed":
            self._refused(seen)
            return
        before, self._facts = self._facts, Facts("armed", sent)
        self._started = True
        if seen.asked is not None:
            self._adopt(seen.asked)
        if self._started_at is None:
            self._started_at = sent.steady
            if self._on_armed is not None:
                self._on_armed()
        if before.state != "armed":
            self._report(
                logging.INFO,
                f"Armed: the account is liquidated after {self.settings.dead_after_seconds:g} s of silence, or after "
                "the time in the configuration, if there is one.",
            )

    def _adopt(self, asked: Times) -> None:
        self.settings = self.run.settings = adopted(self.settings, asked)
        own = self.settings.heartbeat_seconds
        if own != asked.heartbeat_seconds and asked.heartbeat_seconds != self._differing:
            self._report(
                logging.WARNING,
                f"This bot sends a heartbeat every {own:g} s, and the deployed configuration asks for "
                f"{asked.heartbeat_seconds:g} s. Without heartbeat_seconds the client uses the deployed value.",
            )
        self._differing = asked.heartbeat_seconds

    def _refused(self, seen: Seen) -> None:
        before, self._facts = self._facts, Facts(seen.state, None)
        if seen.state in ("tripped", "disarmed"):
            self._started = True
        elif seen.state != "unknown":
            self._stopping = True
        if seen.state == before.state:
            return
        if seen.state == "tripped":
            self._tripped(seen.correlation_id)
        elif seen.state in _REFUSALS:
            level, sentence = _REFUSALS[seen.state]
            self._report(level, sentence.format(self.settings.bot_id, deployment_flags(self.settings.liquidator)))

    def _tripped(self, correlation_id: Optional[str]) -> None:
        self._report(
            logging.CRITICAL,
            f"TRIPPED: this bot was liquidated ({correlation_id or 'ID not known'}) and must not trade. Check the "
            f"account, then: flatline rearm --bot {self.settings.bot_id}{deployment_flags(self.settings.liquidator)}",
        )
        callback = self._on_tripped
        if callback is None:
            return

        def done(result: object) -> None:
            if isinstance(result, BaseException):
                self._report(logging.ERROR, f"on_tripped failed ({type(result).__name__}).")

        # In its own thread: a callback that hangs must not end the heartbeats.
        start_call(lambda: callback(correlation_id), done, "on-tripped")

"""
The beats of one run, in a daemon thread of their own. They stop when the bot proves nothing any more, when it says
goodbye, and with the process: silence is what the watchdog acts upon.

    start ── beat ── wait ── beat ── …     stale: no beat until there is proof again
                │
                ├─ tripped: told once; the next beats only ask whether an operator has re-armed the bot
                └─ not stored: again after 1, 2, 4 … seconds, at most a heartbeat
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from typing import Callable, Optional

from .aws import Aws, why
from .bounded import start_call
from .clock import steady_seconds
from .row import BotRow, Seen, WatchState
from .settings import Settings

Tell = Callable[[int, str], None]
OnTripped = Callable[[Optional[str]], object]

# A first beat by a clock that was wrong by more than this is repeated at once with the right time.
_WRONG_CLOCK_SECONDS = 2.0
_STALE_LOOK_SECONDS = 0.25


class Heart:
    """Nothing here raises or blocks but `wait_for_first`, which is bounded."""

    def __init__(self, aws: Aws, row: BotRow, settings: Settings, on_tripped: Optional[OnTripped], tell: Tell) -> None:
        self._aws = aws
        self._row = row
        self._settings = settings
        self._on_tripped = on_tripped
        self._tell = tell
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._first: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stopping = False
        self._stored_once = False
        self._failures = 0
        self._stale = False
        self._late_told = False
        self._shared_told = False
        self._proved_at = steady_seconds()
        self._last_stored_at = steady_seconds()
        self.state: WatchState = "unknown"
        self.pid = os.getpid()
        self._thread = self._begin()

    @property
    def is_stopped(self) -> bool:
        return self._stopping

    def prove(self) -> None:
        """The bot has done its work. One assignment: it may be called from anywhere, as often as wanted."""
        self._proved_at = steady_seconds()

    def revive(self) -> None:
        """A thread that has died although nobody stopped it is started again."""
        if not self._stopping and not self._thread.is_alive():
            self._tell(logging.ERROR, "The thread that beats had died; it is started again.")
            self._thread = self._begin()

    def stop(self) -> None:
        """No beat begins after this; one that is on its way ends by itself."""
        self._stopping = True
        self._wake.put(None)

    def wait_until_gone(self, seconds: float) -> None:
        self._thread.join(max(0.0, seconds))

    def wait_for_first(self, seconds: float) -> None:
        """Until the first beat was stored or refused, or has failed."""
        try:
            self._first.get(timeout=max(0.0, seconds))
        except queue.Empty:
            pass

    def _begin(self) -> threading.Thread:
        thread = threading.Thread(target=self._live, name="flatline-heart", daemon=True)
        thread.start()
        return thread

    def _live(self) -> None:
        while not self._stopping:
            delay = _STALE_LOOK_SECONDS
            try:
                if self._has_proof():
                    delay = self._beat()
            except Exception as error:  # noqa: BLE001 - a bug here must not end the beats
                self._tell(logging.ERROR, f"A beat failed in a way nobody foresaw ({type(error).__name__}).")
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
        within = self._settings.proven_within_seconds
        if within is None:
            return True
        stale = steady_seconds() - self._proved_at > within
        if stale and not self._stale:
            self._tell(
                logging.ERROR,
                f"alive() was not called for {within:g} s: no more beats until it is. If it stays away, the watchdog "
                f"liquidates {self._settings.dead_after_seconds:g} s after the last beat.",
            )
        if self._stale and not stale:
            self._tell(logging.INFO, "alive() was called again: the beats go on.")
        self._stale = stale
        return not stale

    def _beat(self) -> float:
        """Gives the seconds to the next one."""
        began = steady_seconds()
        first = self._failures == 0 and not self._stored_once
        offset_before = self._aws.clock.now_seconds() - began
        try:
            seen = self._row.beat(arms=not self._stored_once)
        except Exception as error:  # noqa: BLE001 - whatever the SDK raises, the next beat comes
            delay = self._not_stored(error, steady_seconds() - began)
            self._answered()
            return delay
        moved = abs(self._aws.clock.now_seconds() - steady_seconds() - offset_before)
        self._stored(seen)
        self._answered()
        if first:
            self._aws.warm_up()
            if moved > _WRONG_CLOCK_SECONDS:
                self._tell(logging.WARNING, f"This machine's clock is wrong by {moved:.0f} s; AWS's time is used.")
                return 0.0
        return max(0.0, self._settings.heartbeat_seconds - (steady_seconds() - began))

    def _answered(self) -> None:
        # One is enough for whoever waits; one for each beat would pile up for as long as the bot lives.
        if self._first.empty():
            self._first.put(None)

    def _not_stored(self, error: Exception, took: float) -> float:
        self._failures += 1
        silent = steady_seconds() - self._last_stored_at
        if self._failures == 1:
            self._tell(logging.WARNING, f"A beat was not stored: {why(error)}. It is tried again.")
        if silent > self._settings.late_after_seconds and not self._late_told:
            self._late_told = True
            self._tell(
                logging.ERROR,
                f"No beat was stored for {silent:.0f} s: {why(error)}. A bot that is armed is liquidated "
                f"{self._settings.dead_after_seconds:g} s after its last beat.",
            )
        return max(0.0, min(2.0 ** min(self._failures - 1, 6), self._settings.heartbeat_seconds) - took)

    def _stored(self, seen: Seen) -> None:
        before, self.state = self.state, seen.state
        if self._failures > 0 and self._stored_once:
            self._tell(logging.INFO, "Beats are stored again.")
        self._failures, self._late_told, self._last_stored_at = 0, False, steady_seconds()
        self._stored_once = self._stored_once or seen.state == "armed"
        if seen.shared and not self._shared_told:
            self._shared_told = True
            self._tell(
                logging.ERROR,
                f"Another process beats for {self._settings.bot_id} too: as long as one of them lives, the watchdog "
                "misses the death of the other. Give each bot an ID and an account of its own.",
            )
        if seen.state == before:
            return
        if seen.state == "armed":
            self._tell(
                logging.INFO,
                f"Armed: silence for {self._settings.dead_after_seconds:g} s makes the account flat; a time in the "
                "configuration counts instead.",
            )
        elif seen.state == "disarmed":
            self._tell(logging.WARNING, "An operator has disarmed this bot: nobody watches it until it is armed again.")
        else:
            self._tripped(seen.correlation_id)

    def _tripped(self, correlation_id: Optional[str]) -> None:
        self._tell(
            logging.CRITICAL,
            f"TRIPPED: this bot was liquidated ({correlation_id or 'ID not known'}) and must not trade. Look at the "
            f"account, then: flatline rearm --bot {self._settings.bot_id}",
        )
        callback = self._on_tripped
        if callback is None:
            return

        def told(result: object) -> None:
            if isinstance(result, BaseException):
                self._tell(logging.ERROR, f"on_tripped itself has failed ({type(result).__name__}).")

        # In a thread of its own: a callback that hangs must not end the beats.
        start_call(lambda: callback(correlation_id), told, "on-tripped")

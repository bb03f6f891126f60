"""
The client object of a bot. The constructor raises ValueError for wrong arguments; nothing else raises into the bot,
and each call ends in a bounded time. Calls that wait have a twin for asyncio, which does not block the loop.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import signal
from types import TracebackType
from typing import Any, Callable, Iterable, Optional, TypeVar, Union

from .answer import Outcome
from .aws import Aws, why
from .bounded import call_beside, call_within, start_call, take
from .clock import steady_seconds
from .endings import Endings, reason_of
from .gate import TradeGate, shut
from .heartbeat_sender import HeartbeatSender, OnTripped
from .known import why_unknown
from .liquidation import FALLBACK_SECONDS, Request, liquidate, new_correlation_id, read_request
from .marks import MarksOf
from .repeated import until_done
from .row import BotRow
from .run import Run, Seen, WatchState
from .settings import AtExit, read_settings

T = TypeVar("T")

_FIRST_BEAT_SECONDS = 5.0
_STOP_SECONDS = 5.0
# How long a start waits for the check whether the deployment knows the bot.
_CHECK_SECONDS = 5.0
# A bot that ends checks once more whether a newer run has taken over, and waits this long for the answer.
_ASK_SECONDS = 1.0


class Flatline:
    """
    One bot. `bot_id`, `bots_table` and `liquidator` default to the variables FLATLINE_BOT_ID, FLATLINE_BOTS_TABLE and
    FLATLINE_LIQUIDATOR; region and credentials to what boto3 finds. Raises ValueError, with a line per problem.

    heartbeat_seconds: between two heartbeats; default: that of the deployed configuration, and 10 until it is known.
        Your own value is logged if it differs.
    late_after_seconds, dead_after_seconds: used until the deployed ones are known.
    proven_within_seconds: sends heartbeats only while the last `alive()` is younger than this. Without it they are
    sent as long as the process lives, which proves less: a thread outlives the work beside it.
    answer_within_seconds: how long to wait for the liquidator's answer; more than its `timeout_seconds`.
    at_exit: what a normal end of the process or of the with-block does: "liquidate", or "stop", which keeps positions.
    on_tripped: called once per trip, with the correlation ID of the liquidation or None, in its own thread.
    preflight: ask the liquidator once, when the first heartbeat was stored, whether the deployment knows the bot.
    log: receives all events; default: the logger "flatline".
    """

    def __init__(
        self,
        bot_id: Optional[str] = None,
        bots_table: Optional[str] = None,
        liquidator: Optional[str] = None,
        heartbeat_seconds: Optional[float] = None,
        late_after_seconds: float = 30,
        dead_after_seconds: float = 120,
        region: Optional[str] = None,
        session: Optional[Any] = None,
        proven_within_seconds: Optional[float] = None,
        on_tripped: Optional[OnTripped] = None,
        log: Optional[logging.Logger] = None,
        answer_within_seconds: float = 7,
        at_exit: AtExit = "liquidate",
        preflight: bool = True,
    ) -> None:
        self._settings = read_settings(
            bot_id=bot_id,
            bots_table=bots_table,
            liquidator=liquidator,
            heartbeat_seconds=heartbeat_seconds,
            late_after_seconds=late_after_seconds,
            dead_after_seconds=dead_after_seconds,
            proven_within_seconds=proven_within_seconds,
            answer_within_seconds=answer_within_seconds,
            at_exit=at_exit,
        )
        if on_tripped is not None and not callable(on_tripped):
            raise ValueError(f"on_tripped = {on_tripped!r}: must be a function that takes the correlation ID.")
        self._log = log if log is not None else logging.getLogger("flatline")
        self._aws = Aws(session, region, self._settings.liquidator, answer_within_seconds + FALLBACK_SECONDS)
        self._row = BotRow(self._aws, self._settings.bot_id, self._settings.bots_table)
        self._on_tripped = on_tripped
        self._preflight = bool(preflight)
        self._sender: Optional[HeartbeatSender] = None
        self._checked: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._marks = MarksOf(None)
        self._over = False
        # A forked child is not the bot: its end liquidates nothing, unless it calls start() itself.
        self._pid = os.getpid()
        self._endings = Endings(self, self._report)

    @property
    def bot_id(self) -> str:
        return self._settings.bot_id

    @property
    def state(self) -> WatchState:
        """The state by the last heartbeat; `unknown` before the first one was answered."""
        return "unknown" if self._sender is None else self._sender.state

    @property
    def tripped(self) -> bool:
        """The bot was liquidated, and must not trade until an operator re-arms it."""
        return self.state == "tripped"

    @property
    def gate(self) -> TradeGate:
        """Whether the bot may trade, and if not, why. It is true as a condition only when the bot may."""
        return shut("not-started") if self._sender is None else self._sender.gate()

    @property
    def may_trade(self) -> bool:
        """
        True only when a heartbeat of this process was stored, was sent less than `dead_after_seconds` ago, and the
        state is armed. Check before each order; `gate` says why not.
        """
        return self.gate.is_open

    def start(self, wait_seconds: float = _FIRST_BEAT_SECONDS) -> WatchState:
        """
        Starts a new run, unless one is active: arms the bot, then sends heartbeats in a daemon thread. An older run is
        replaced and notified. Waits at most `wait_seconds` for the first heartbeat; `unknown` means that it is still
        being tried, and `disarmed` that the deployed configuration does not know the bot, for which at most 5 of these
        seconds are waited. A bot whose start does not return `armed` must not trade. Call it in the process that trades: a
        thread does not survive a fork.
        """
        return self._guarded("start", lambda: self._start(wait_seconds), "unknown")

    def alive(self) -> bool:
        """
        Proof of work: call it after each trading cycle; it costs nothing and does not block. Returns `may_trade`: False
        means do not trade, and `gate` says why.
        """
        sender = self._sender
        if sender is not None and sender.pid == os.getpid():
            sender.prove()
            self._guarded("alive", sender.revive, None)
        return self.may_trade

    def stop(self, reason: str = "a clean goodbye") -> WatchState:
        """
        Disarms this run: no more heartbeats, the bot is not watched, positions stay as they are. Returns `disarmed`;
        `tripped` when the bot was liquidated before; `replaced` when a newer run has taken over, which stays watched;
        `unknown` when AWS could not be reached, so that the watchdog may liquidate.
        """
        return self._guarded("stop", lambda: self._stop(str(reason)), "unknown")

    def liquidate(
        self,
        trigger: str = "manual",
        reason: Optional[str] = None,
        symbols: Optional[Iterable[str]] = None,
        dry_run: bool = False,
    ) -> Outcome:
        """
        Closes every position and cancels every order of the account, or of `symbols`. When the whole account is not
        known to be flat afterwards, heartbeats stop until `start()`, so that the watchdog liquidates.
        """
        return self._run_liquidation(lambda: read_request(trigger, reason, symbols, dry_run))

    def fail(self, reason: str) -> Outcome:
        """The bot has failed: liquidates, and makes the watchdog trip the bot too, which locks it out."""
        return self._run_liquidation(lambda: read_request("error", reason, None, False, fails=True))

    def handle_signals(self, signals: Iterable[int] = (signal.SIGTERM, signal.SIGINT)) -> Callable[[], None]:
        """
        Signals and uncaught errors liquidate, a normal end of the process follows `at_exit`; then the previous handler
        or hook runs. When the account is flat the bot is disarmed, otherwise it stays armed. Call it in the main
        thread, in asyncio within the running loop. Returns the function that undoes it.
        """

        def install() -> None:
            self._pid = os.getpid()
            if not self._endings.install(tuple(signals)):
                self._report(logging.WARNING, "Signals can be handled in the main thread only: call handle_signals there.")

        self._guarded("handle_signals", install, None)
        return lambda: self._guarded("handle_signals", self._endings.remove, None)

    async def astart(self, wait_seconds: float = _FIRST_BEAT_SECONDS) -> WatchState:
        return await call_beside(lambda: self.start(wait_seconds), "start")

    async def astop(self, reason: str = "a clean goodbye") -> WatchState:
        return await call_beside(lambda: self.stop(reason), "stop")

    async def aliquidate(
        self,
        trigger: str = "manual",
        reason: Optional[str] = None,
        symbols: Optional[Iterable[str]] = None,
        dry_run: bool = False,
    ) -> Outcome:
        return await call_beside(lambda: self.liquidate(trigger, reason, symbols, dry_run), "liquidate")

    async def afail(self, reason: str) -> Outcome:
        return await call_beside(lambda: self.fail(reason), "fail")

    def __enter__(self) -> Flatline:
        self.handle_signals()
        self.start()
        return self

    def __exit__(
        self, _kind: Optional[type[BaseException]], error: Optional[BaseException], _at: Optional[TracebackType]
    ) -> None:
        with self._endings.ending():
            self._guarded("the end of the block", lambda: self._end_by(error), None)
            self._guarded("the end of the block", self._endings.remove, None)

    async def __aenter__(self) -> Flatline:
        self.handle_signals()
        await self.astart()
        return self

    async def __aexit__(
        self, _kind: Optional[type[BaseException]], error: Optional[BaseException], _at: Optional[TracebackType]
    ) -> None:
        cancelled = False
        with self._endings.ending():
            end = lambda: self._guarded("the end of the block", lambda: self._end_by(error), None)  # noqa: E731
            ending = asyncio.ensure_future(call_beside(end, "ending"))
            # A second cancellation must not keep the account open: the ending is bounded, so wait for it.
            while not ending.done():
                try:
                    await asyncio.shield(ending)
                except asyncio.CancelledError:
                    cancelled = True
            self._guarded("the end of the block", self._endings.remove, None)
        if cancelled:
            raise asyncio.CancelledError

    def end(self, trigger: str, reason: str) -> None:
        """Ends the bot once: liquidates, and disarms if that ended flat. For the handlers of signals and errors."""
        if self._over or self._pid != os.getpid():
            return
        self._over = True
        if self._belongs_to_another(trigger):
            self._report(logging.WARNING, "Ends without a liquidation: the account belongs to another run of this bot.")
            return
        outcome = self.liquidate(trigger, reason)
        if outcome.flat:
            self.stop(f"{reason}, and its account is flat ({outcome.correlation_id})")

    def end_by_exit(self) -> None:
        """Ends the bot as `at_exit` says."""
        if self._settings.at_exit == "liquidate" and self._may_have_traded():
            self.end("shutdown", "the bot has ended")
        elif not self._over and self._pid == os.getpid():
            self.stop("the bot has ended")

    def _may_have_traded(self) -> bool:
        """A run that was never armed was never allowed to trade, so it must not close the account's positions."""
        return self._sender is not None and self._sender.was_armed

    def _belongs_to_another(self, trigger: str) -> bool:
        """An error liquidates at once; a bot that is stopped, as in a rolling restart, first checks for a newer run."""
        sender = self._sender
        if sender is None:
            return False
        if trigger != "error":
            self._guarded("asking", lambda: sender.ask(_ASK_SECONDS), None)
        return sender.state in ("replaced", "occupied")

    def _end_by(self, error: Optional[BaseException]) -> None:
        ended = isinstance(error, SystemExit) and (not error.code or not self._may_have_traded())
        if error is None or ended:
            self.end_by_exit()
        elif isinstance(error, KeyboardInterrupt):
            self.end("SIGINT", "the bot was interrupted")
        elif isinstance(error, asyncio.CancelledError):
            self.end("shutdown", "the bot was cancelled")
        else:
            self.end("error", reason_of(error))

    def _start(self, wait_seconds: float) -> WatchState:
        end = steady_seconds() + wait_seconds
        sender = self._sender
        if sender is None or sender.is_stopped or sender.pid != os.getpid() or sender.state == "disarmed":
            if sender is not None and sender.pid == os.getpid():
                sender.stop()
            run = Run(self._row, self._aws.clock, self._settings)
            checked: queue.SimpleQueue[None] = queue.SimpleQueue()
            armed = lambda: self._check(checked)  # noqa: E731
            sender = HeartbeatSender(self._aws, run, self._settings, self._on_tripped, self._report, armed)
            self._marks = MarksOf(sender)
            self._sender, self._checked, self._over, self._pid = sender, checked, False, os.getpid()
        sender.wait_for_first(wait_seconds)
        if sender.state == "armed":
            self._wait_for_check(min(_CHECK_SECONDS, end - steady_seconds()))
        return sender.state

    def _check(self, checked: queue.SimpleQueue[None]) -> None:
        """Beside the heartbeats: an answer that comes late shuts the gate all the same."""
        if not self._preflight:
            checked.put(None)
            return

        def answered(refusal: Union[Optional[str], BaseException]) -> None:
            if isinstance(refusal, BaseException):
                self._report(logging.WARNING, f"Whether the deployment knows this bot was not answered: {why(refusal)}.")
            elif refusal is not None:
                self._guarded("the check", lambda: self._not_known(refusal), None)
            checked.put(None)

        start_call(lambda: why_unknown(self._aws, self._settings), answered, "check")

    def _wait_for_check(self, seconds: float) -> None:
        checked = self._checked
        try:
            take(checked, max(0.0, seconds))
        except queue.Empty:
            return
        # For the next start of the same run.
        checked.put(None)

    def _not_known(self, refusal: str) -> None:
        sender = self._sender
        if sender is None or sender.pid != os.getpid():
            return
        sender.give_up()
        self._report(logging.CRITICAL, f"NOT WATCHED: the liquidator refuses {self.bot_id}. {refusal}")
        sender.wait_until_gone(_STOP_SECONDS)
        sender.run.disarm("this bot is not in the configuration")

    def _stop(self, reason: str) -> WatchState:
        self._over = True
        sender = self._sender
        if sender is None or sender.pid != os.getpid():
            self._report(logging.INFO, "Not disarmed: this process has not started the watch.")
            return "unknown"
        run = sender.run
        sender.stop()
        sender.wait_until_gone(_STOP_SECONDS)
        deadline = steady_seconds() + _STOP_SECONDS
        # One lost reply must not make the watchdog liquidate a bot that has disarmed.
        seen: Union[Seen, BaseException] = call_within(
            _STOP_SECONDS, lambda: until_done(lambda: run.disarm(reason), deadline), "disarm"
        )
        if isinstance(seen, BaseException):
            remedy = f"the watchdog liquidates unless an operator runs: flatline disarm --bot {self.bot_id}"
            self._report(logging.ERROR, f"The disarm was not stored ({why(seen)}): {remedy}")
            return "unknown"
        sender.note_disarm(seen)
        if seen.state == "replaced":
            self._report(logging.INFO, "Not disarmed: a newer run has taken over and stays watched.")
        elif seen.state == "tripped":
            self._report(logging.WARNING, "Not disarmed: this bot is tripped until an operator re-arms it.")
        else:
            self._report(logging.INFO, f"Disarmed, no longer watched: {reason}.")
        return seen.state

    def _run_liquidation(self, read: Callable[[], Request]) -> Outcome:
        try:
            request = read()
            dry = ", dry run" if request.dry_run else ""
            self._report(logging.WARNING, f"Liquidating (trigger {request.trigger}{dry}).")
            settings = self._settings if self._sender is None else self._sender.settings
            outcome = liquidate(self._aws, self._marks, settings, request)
        except Exception as error:  # noqa: BLE001 - never into the bot
            request = Request("manual")
            identity = new_correlation_id(self._aws.clock.now_seconds())
            sentence = f"NOT FLAT, CHECK BY HAND. The client failed unexpectedly ({type(error).__name__})."
            outcome = Outcome("unreached", False, identity, sentence)
        if request.whole and not outcome.flat and self._sender is not None:
            self._sender.stop(resting=True)
        known = outcome.flat or (outcome.kind == "answered" and not request.whole)
        self._report(logging.WARNING if known else logging.CRITICAL, outcome.sentence)
        return outcome

    def _guarded(self, doing: str, call: Callable[[], T], otherwise: T) -> T:
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - never into the bot
            self._report(logging.ERROR, f"{doing} failed unexpectedly ({type(error).__name__}).")
            return otherwise

    def _report(self, level: int, sentence: str) -> None:
        try:
            self._log.log(level, "flatline %s: %s", self._settings.bot_id, sentence)
        except Exception:  # noqa: BLE001, S110 - a log that fails, or is in use by the code that a signal interrupted
            pass

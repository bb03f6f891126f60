"""
The ways in which a Python process ends, each leading once to the same ending of the bot:

    SIGTERM, SIGINT ──┐
    uncaught error  ──┼── end(trigger, reason) ── then the previous handler or hook
    normal exit     ──┘

Only the process that installed them ends a bot: a forked child, which inherits them, does not. SIGKILL, a crash of the
interpreter and os._exit are not caught here; the watchdog handles them.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import sys
import threading
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Callable, Iterator, Optional, Protocol

from .bounded import call_beside

Hook = Callable[[type[BaseException], BaseException, Optional[TracebackType]], object]


class Ending(Protocol):
    """What a bot does at its end. Neither raises; both are bounded, and do nothing the second time."""

    def end(self, trigger: str, reason: str) -> object: ...

    def end_by_exit(self) -> object: ...


class Endings:
    """`install` and `remove` may be called repeatedly and raise nothing."""

    def __init__(self, ending: Ending, report: Callable[[int, str], None]) -> None:
        self._ending = ending
        self._report = report
        self._active = False
        self._pid = os.getpid()
        self._previous: dict[int, Any] = {}
        self._by_loop: dict[int, asyncio.AbstractEventLoop] = {}
        self._previous_hook: Optional[Hook] = None
        self._busy = False
        self._waiting: list[int] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def install(self, signals: tuple[int, ...] = (signal.SIGTERM, signal.SIGINT)) -> bool:
        """False where signals cannot be handled: outside the main thread."""
        if not self._is_ours():
            self._active, self._pid = True, os.getpid()
            atexit.register(self._at_exit)
            # Another hook may have been installed on top of this one, and still call it.
            if self._previous_hook is None:
                self._previous_hook, sys.excepthook = sys.excepthook, self._at_error
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=self._let_go_in_child)
        if threading.current_thread() is not threading.main_thread():
            return False
        for number in signals:
            self._take(number)
        return True

    def remove(self) -> None:
        """Restores the previous hook, unless another one was installed on top."""
        self._active = False
        atexit.unregister(self._at_exit)
        if self._previous_hook is not None and sys.excepthook == self._at_error:
            sys.excepthook = self._previous_hook
            self._previous_hook = None
        for number in list(self._previous):
            self._give_back(number)

    @contextmanager
    def ending(self, signal_number: Optional[int] = None) -> Iterator[None]:
        """Around an ending. The signal that began it, or else one that comes meanwhile, is passed on afterwards."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
            waiting, self._waiting = self._waiting, []
            for number in (waiting if signal_number is None else [signal_number])[:1]:
                self._pass_on(number)

    def _take(self, number: int) -> None:
        previous = signal.getsignal(number)
        # Ignored signals (nohup, a shell's background job) are ignored on purpose.
        if number in self._previous or previous is signal.SIG_IGN:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        self._previous[number] = previous
        if loop is not None:
            try:
                loop.add_signal_handler(number, self._on_loop_signal, number)
                self._by_loop[number] = loop
                return
            except (NotImplementedError, RuntimeError, ValueError):
                pass  # Windows, or a loop that has none.
        signal.signal(number, self._on_signal)

    def _give_back(self, number: int) -> None:
        previous = self._previous.pop(number, None)
        loop = self._by_loop.pop(number, None)
        try:
            if loop is not None and not loop.is_closed():
                loop.remove_signal_handler(number)
            elif loop is None and signal.getsignal(number) != self._on_signal:
                return
            if previous is not None:
                signal.signal(number, previous)
        except (ValueError, RuntimeError):
            pass  # Not in the main thread.

    def _on_signal(self, number: int, _frame: object) -> None:
        if not self._is_ours():
            self._pass_on(number)
        elif not self._must_wait(number):
            with self.ending(number):
                self._ending.end(*_named(number))

    def _on_loop_signal(self, number: int) -> None:
        if not self._is_ours() or self._must_wait(number):
            return
        # From here on, not from when the task begins.
        self._busy = True
        task = asyncio.get_running_loop().create_task(self._end_beside(number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_beside(self, number: int) -> None:
        with self.ending(number):
            await call_beside(lambda: self._ending.end(*_named(number)), "ending")

    def _must_wait(self, number: int) -> bool:
        if self._busy:
            self._waiting.append(number)
            self._report(30, f"{_name(number)} came while the account is being liquidated. Wait: this ends soon.")
        return self._busy

    def _pass_on(self, number: int) -> None:
        """Calls the previous handler; by default the process ends by the signal, as its supervisor expects."""
        previous = self._previous.get(number, signal.SIG_DFL)
        if callable(previous):
            previous(number, None)
            return
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # noqa: BLE001 - closed, missing, or in use by what the signal has interrupted
                pass
        self._give_back(number)
        if previous is signal.SIG_DFL or previous is None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _at_error(
        self, kind: type[BaseException], error: BaseException, traceback: Optional[TracebackType]
    ) -> None:
        previous = self._previous_hook or sys.__excepthook__
        try:
            previous(kind, error, traceback)
        finally:
            if self._is_ours():
                trigger = "SIGINT" if issubclass(kind, KeyboardInterrupt) else "error"
                with self.ending():
                    self._ending.end(trigger, reason_of(error))

    def _at_exit(self) -> None:
        if self._is_ours():
            with self.ending():
                self._ending.end_by_exit()

    def _is_ours(self) -> bool:
        return self._active and os.getpid() == self._pid

    def _let_go_in_child(self) -> None:
        """
        A child that its parent ends with SIGTERM must not liquidate the parent's account. The loop's wake-up socket is
        shared with the parent, which would treat the child's signals as its own.
        """
        if not self._active:
            return
        try:
            if self._by_loop:
                signal.set_wakeup_fd(-1)
            for number, previous in self._previous.items():
                signal.signal(number, previous if previous is not None else signal.SIG_DFL)
        except (ValueError, OSError):
            pass


def reason_of(error: BaseException) -> str:
    """Kind and place of an error. Not its text, which may contain a signed address, and would stay in the audit log."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return type(error).__name__
    code = traceback.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_name} ({os.path.basename(code.co_filename)}:{traceback.tb_lineno})"


def _named(number: int) -> tuple[str, str]:
    name = _name(number)
    return (name if name in ("SIGTERM", "SIGINT") else "shutdown", f"the bot received {name}")


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

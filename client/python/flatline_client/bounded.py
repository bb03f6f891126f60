"""
Calls that end in time, whatever they do: each runs in a daemon thread of its own, and the caller stops waiting. Name
resolution and credential providers of the SDK know no timeout.

Only SimpleQueue waits here: it is safe in a signal handler that interrupts another wait of the same thread, which
threading.Event and queue.Queue are not.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from typing import Callable, TypeVar, Union

T = TypeVar("T")
Result = Union[T, BaseException]

_SLICE_SECONDS = 0.5


def start_call(call: Callable[[], T], done: Callable[[Result[T]], None], name: str) -> None:
    """`done` gets what the call returned or raised. While the interpreter ends there are no new threads: then at once."""

    def run() -> None:
        try:
            result: Result[T] = call()
        except BaseException as error:  # noqa: BLE001 - nothing catches an error of a thread
            result = error
        done(result)

    try:
        threading.Thread(target=run, name=f"flatline-{name}", daemon=True).start()
    except RuntimeError:
        run()


def call_within(seconds: float, call: Callable[[], T], name: str) -> Result[T]:
    """What the call returned or raised, or a TimeoutError."""
    results: queue.SimpleQueue[Result[T]] = queue.SimpleQueue()
    start_call(call, results.put, name)
    try:
        return take(results, seconds)
    except queue.Empty:
        return TimeoutError(f"no reply within {seconds:g} s")


def take(results: queue.SimpleQueue[T], seconds: float) -> T:
    """
    The next result; raises queue.Empty after `seconds`. Waits by half seconds: a signal that comes as a wait begins, or is
    given to another thread, does not end the wait, and Python runs its handler only then.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return results.get(timeout=max(0.0, min(_SLICE_SECONDS, end - time.monotonic())))
        except queue.Empty:
            if time.monotonic() >= end:
                raise


async def call_beside(call: Callable[[], T], name: str) -> T:
    """The same call without blocking the loop. It runs to its end when the caller is cancelled."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: Result[T]) -> None:
        if future.done():
            return
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)

    def done(result: Result[T]) -> None:
        try:
            loop.call_soon_threadsafe(settle, result)
        except RuntimeError:
            pass  # The loop has closed meanwhile: nothing waits any more.

    start_call(call, done, name)
    return await future

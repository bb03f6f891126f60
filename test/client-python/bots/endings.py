"""Ends in the way that its argument says, with a position open."""

import os
import signal
import sys

from flatline_client import Flatline
from saying import PATIENCE_SECONDS, live_on, say


def trade_until_ended():
    say(trading=True)
    live_on()


def by_signal():
    flatline = Flatline(answer_within_seconds=PATIENCE_SECONDS)
    flatline.handle_signals()
    flatline.start()
    trade_until_ended()


def by_signal_with_handler():
    def on_sigterm(number, _frame):
        say(own_handler=number)
        sys.exit(7)

    signal.signal(signal.SIGTERM, on_sigterm)
    by_signal()


def by_block():
    with Flatline(answer_within_seconds=PATIENCE_SECONDS) as flatline:
        say(state=flatline.state)
        trade_until_ended()


def by_error_in_block():
    with Flatline(answer_within_seconds=PATIENCE_SECONDS) as flatline:
        say(state=flatline.state)
        raise RuntimeError("https://exchange/?signature=c0ffee")


def by_uncaught_error():
    flatline = Flatline(answer_within_seconds=PATIENCE_SECONDS)
    flatline.handle_signals()
    flatline.start()
    raise RuntimeError("https://exchange/?signature=c0ffee")


def by_normal_end():
    flatline = Flatline(answer_within_seconds=PATIENCE_SECONDS)
    flatline.handle_signals()
    flatline.start()
    say(trading=True)


def by_stop_at_exit():
    with Flatline(at_exit="stop", answer_within_seconds=PATIENCE_SECONDS) as flatline:
        say(state=flatline.state)


def by_undone_handlers():
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), sys.excepthook
    flatline = Flatline(answer_within_seconds=PATIENCE_SECONDS)
    undo = flatline.handle_signals()
    flatline.start()
    undo()
    say(as_before=before == (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), sys.excepthook))


def by_children():
    """Only children end here: one by a signal, one by sys.exit, one by an error. The bot goes on until it is killed."""
    with Flatline(answer_within_seconds=PATIENCE_SECONDS) as flatline:
        for way in ("signal", "exit", "error"):
            ready, tell = os.pipe()
            child = os.fork()
            if child == 0:
                if way == "signal":
                    os.write(tell, b".")
                    live_on()
                if way == "exit":
                    sys.exit(3)
                raise RuntimeError("a worker has failed")
            if way == "signal":
                os.read(ready, 1)
                os.kill(child, signal.SIGTERM)
            _, status = os.waitpid(child, 0)
            say(**{way: os.waitstatus_to_exitcode(status)})
        say(state=flatline.state, may_trade=flatline.alive())
        trade_until_ended()


globals()[f"by_{sys.argv[1]}"]()

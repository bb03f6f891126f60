"""Trades until it is told that it was liquidated; the callback fails, as callbacks do."""

import time

from flatline_client import Flatline
from saying import say


def on_tripped(correlation_id):
    say(tripped=correlation_id)
    raise RuntimeError("a bug of the bot")


flatline = Flatline(heartbeat_seconds=1, on_tripped=on_tripped)
say(started=flatline.start())
while flatline.alive():
    time.sleep(0.05)
say(may_trade=False, reason=flatline.gate.reason)
while not flatline.alive():
    time.sleep(0.05)
say(may_trade_again=True)

"""
flatline for bots written in Python: heartbeats for a dead man's switch, and a call that makes an account flat.

    from flatline_client import Flatline

    with Flatline("trend") as flatline:      # heartbeats; an exception, SIGTERM or SIGINT makes the account flat
        while flatline.alive():              # False: tripped, or not known; do not trade any more
            trade()

Only the constructor raises into the bot, and every call ends in a bounded time. See README.md.
"""

from .answer import Answer, Outcome
from .client import Flatline
from .gate import TradeGate
from .run import WatchState

__all__ = ["Answer", "Flatline", "Outcome", "TradeGate", "WatchState"]
__version__ = "0.2.0"

"""
flatline for bots written in Python: beats that arm a dead man's switch, and the button that makes an account flat.

    from flatline_client import Flatline

    with Flatline("trend") as flatline:      # beats; an exception, SIGTERM or SIGINT makes the account flat
        while flatline.alive():              # False: tripped, or nobody can know; do not trade any more
            trade()

Nothing here raises into the bot but the constructor, and every call ends in a bounded time. See README.md.
"""

from .answer import Answer, Outcome
from .client import Flatline
from .gate import TradeGate
from .run import WatchState

__all__ = ["Answer", "Flatline", "Outcome", "TradeGate", "WatchState"]
__version__ = "0.2.0"

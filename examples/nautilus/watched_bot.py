"""
The same bot with the Python client instead of the guard. examples/python/nautilus_actor.py lies beside it.

    python3 watched_bot.py
"""

from guarded_bot import Guarded, run
from nautilus_actor import WithFlatline


class Watched(WithFlatline, Guarded):
    """WithFlatline comes first. Not watched, or liquidated: it does not trade."""

    def work(self) -> None:
        if self.may_trade:
            super().work()


if __name__ == "__main__":
    run(Watched())

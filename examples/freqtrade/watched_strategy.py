"""
The same strategy with the Python client instead of the guard. examples/python/freqtrade_strategy.py lies beside it.

    freqtrade trade --config config.json --strategy WatchedStrategy --strategy-path .
"""

from freqtrade_strategy import WithFlatline
from guarded_strategy import GuardedStrategy


class WatchedStrategy(WithFlatline, GuardedStrategy):
    """WithFlatline comes first."""

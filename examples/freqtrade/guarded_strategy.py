"""
freqtrade under the guard. flatline needs one line in bot_loop_start: it touches the alive file in each cycle of work. The guard
does the rest, however freqtrade ends:

    flatline guard --bot alpha --alive-file alive --alive-within 300s -- \\
        freqtrade trade --config config.json --strategy GuardedStrategy --strategy-path .

The strategy itself is minimal: long if it has no position, with a stop on the exchange.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from freqtrade.strategy import IStrategy
from pandas import DataFrame


class GuardedStrategy(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 20
    can_short = False
    stoploss = -0.1
    minimal_roi = {"0": 10}
    order_types = {
        "entry": "market",
        "exit": "market",
        "stoploss": "market",
        "emergency_exit": "market",
        "stoploss_on_exchange": True,
    }

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        Path("alive").touch()

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        return dataframe

    def leverage(self, *args: Any, **kwargs: Any) -> float:
        return 2.0

"""
A hummingbot script under the guard. flatline needs one line in on_tick: it touches the alive file at each tick, once the
connectors are ready. hummingbot's clock calls it in the event loop, so a bot that hangs stops touching it.

    flatline guard --bot alpha --alive-file alive -- hbot start guarded_script.yml --foreground

EXCHANGE_URL is only for a test against the simulated exchange: this connector has no setting for its address.
"""

import os
from decimal import Decimal
from pathlib import Path

from hummingbot.connector.derivative.binance_perpetual import binance_perpetual_constants as binance
from hummingbot.core.data_type.common import MarketDict, OrderType
from hummingbot.strategy.strategy_v2_base import StrategyV2Base, StrategyV2ConfigBase

CONNECTOR, PAIR = "binance_perpetual", "BTC-USDT"

if url := os.environ.get("EXCHANGE_URL"):
    binance.PERPETUAL_BASE_URL = f"{url}/fapi/"
    binance.PERPETUAL_WS_URL = f"{url.replace('http', 'ws', 1)}/"


class GuardedScriptConfig(StrategyV2ConfigBase):
    script_file_name: str = os.path.basename(__file__)

    def update_markets(self, markets: MarketDict) -> MarketDict:
        return markets.add_or_update(CONNECTOR, PAIR)


class GuardedScript(StrategyV2Base):
    """A minimal strategy: a position, and a resting order."""

    traded = False

    def on_tick(self) -> None:
        if alive := os.environ.get("FLATLINE_ALIVE_FILE"):
            Path(alive).touch()
        if self.traded:
            return
        self.traded = True
        self.buy(CONNECTOR, PAIR, Decimal("0.01"), OrderType.MARKET)
        self.buy(CONNECTOR, PAIR, Decimal("0.01"), OrderType.LIMIT, Decimal("60000"))

"""
nautilus_trader under the guard. flatline needs one line in a timer of it, which touches the alive file. The timer runs in the
node's own event loop, so a node that hangs stops touching it.

    flatline guard --bot alpha --alive-file alive -- python3 guarded_bot.py

Variables: API_KEY and API_SECRET, the bot's own; EXCHANGE_URL, for a test against the simulated exchange.
"""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from nautilus_trader.adapters.binance.common.enums import BinanceAccountType
from nautilus_trader.adapters.binance.config import BinanceDataClientConfig, BinanceExecClientConfig
from nautilus_trader.adapters.binance.factories import BinanceLiveDataClientFactory, BinanceLiveExecClientFactory
from nautilus_trader.config import InstrumentProviderConfig, LiveExecEngineConfig, LoggingConfig, TradingNodeConfig
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId, TraderId
from nautilus_trader.trading.strategy import Strategy

INSTRUMENT = InstrumentId.from_str("BTCUSDT-PERP.BINANCE")


class Guarded(Strategy):
    """A minimal strategy: a position, and a resting order."""

    traded = False

    def on_start(self) -> None:
        self.clock.set_timer("work", timedelta(seconds=1), callback=lambda _event: self.work())

    def work(self) -> None:
        Path("alive").touch()
        if self.traded:
            return
        self.traded = True
        instrument = self.cache.instrument(INSTRUMENT)
        quantity = instrument.make_qty(Decimal("0.01"))
        self.submit_order(self.order_factory.market(INSTRUMENT, OrderSide.BUY, quantity))
        price = instrument.make_price(Decimal("60000"))
        self.submit_order(self.order_factory.limit(INSTRUMENT, OrderSide.BUY, quantity, price))


def run(strategy: Strategy) -> None:
    url = os.environ.get("EXCHANGE_URL")
    connection = {
        "api_key": os.environ["API_KEY"],
        "api_secret": os.environ["API_SECRET"],
        "account_type": BinanceAccountType.USDT_FUTURES,
        "base_url_http": url,
        "base_url_ws": url and url.replace("http", "ws", 1),
        "instrument_provider": InstrumentProviderConfig(load_ids=frozenset([INSTRUMENT])),
    }
    node = TradingNode(
        config=TradingNodeConfig(
            trader_id=TraderId("GUARDED-001"),
            logging=LoggingConfig(log_level="INFO"),
            exec_engine=LiveExecEngineConfig(reconciliation=True),
            data_clients={"BINANCE": BinanceDataClientConfig(**connection)},
            exec_clients={"BINANCE": BinanceExecClientConfig(**connection)},
        )
    )
    node.trader.add_strategy(strategy)
    node.add_data_client_factory("BINANCE", BinanceLiveDataClientFactory)
    node.add_exec_client_factory("BINANCE", BinanceLiveExecClientFactory)
    node.build()
    try:
        node.run()
    finally:
        node.dispose()


if __name__ == "__main__":
    run(Guarded())

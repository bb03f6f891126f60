"""
flatline in a nautilus_trader node, as an Actor of its own or in a Strategy, which is an Actor too:

    from nautilus_trader.common.actor import Actor
    from nautilus_actor import WithFlatline

    class FlatlineActor(WithFlatline, Actor): …

Relies on `on_start`, `on_stop`, `on_fault` and `self.clock.set_timer(name, interval, callback=…)` of Actor
(nautilustrader.io, "Actors" and "Clock", 1.200 and later). Run with nautilus_trader 1.221.0:
examples/nautilus/watched_bot.py.

The timer proves that the node's loop runs, not that data arrives: a strategy that trades on bars should call
`self.flatline.alive()` in `on_bar` instead. The node handles SIGTERM and SIGINT itself and then stops its actors, so
signals are not handled here. Add it to live nodes only: a backtest must not send heartbeats.
"""

from datetime import timedelta
from typing import Any, Optional

from flatline_client import Flatline

PROOF_SECONDS = 5


class WithFlatline:
    clock: Any
    flatline: Optional[Flatline] = None

    def on_start(self) -> None:
        self.flatline = Flatline(proven_within_seconds=60)
        # The node's loop must not wait: the first heartbeat is sent in the background.
        self.flatline.start(wait_seconds=0)
        self.clock.set_timer("flatline", timedelta(seconds=PROOF_SECONDS), callback=self.on_flatline_timer)
        self._call_up("on_start")

    @property
    def may_trade(self) -> bool:
        """For strategies, before each order: False while the bot is not watched, and after a liquidation."""
        return self.flatline is not None and self.flatline.may_trade

    def on_flatline_timer(self, _event: object) -> None:
        if self.flatline is not None:
            self.flatline.alive()

    def on_stop(self) -> None:
        """The node waits for it, so it may take up to ten seconds."""
        self._call_up("on_stop")
        if self.flatline is None:
            return
        self.clock.cancel_timer("flatline")
        if self.flatline.liquidate("shutdown", "the node stops").flat:
            self.flatline.stop("the node stops")

    def on_fault(self) -> None:
        self._call_up("on_fault")
        if self.flatline is not None:
            self.flatline.fail("the component is faulted")

    def _call_up(self, hook: str) -> None:
        up = getattr(super(), hook, None)
        if up is not None:
            up()

"""
flatline in a freqtrade strategy. Put it before IStrategy:

    from freqtrade_strategy import WithFlatline

    class MyStrategy(WithFlatline, IStrategy): …

Relies on `bot_start(**kwargs)`, called once when the strategy is loaded, and `bot_loop_start(current_time, **kwargs)`,
called in each iteration of a running bot (freqtrade.io, "Strategy Callbacks", 2022.5 and later), and on Worker and
strategy running in the main thread. Run with freqtrade 2026.9: examples/freqtrade/watched_strategy.py.

freqtrade has no hook for the end of a strategy, so signals are handled: SIGTERM and SIGINT make the account flat, then
freqtrade's own handler ends it. Its database does not record that. Without `handle_signals` a restart keeps the
positions, if the bot is back within `dead_after_seconds`.

After /stop the bot no longer loops, so it proves no work, and the watchdog liquidates. Snooze or disarm the bot first.
"""

from typing import Any

import flatline_client
from flatline_client import Flatline


class WithFlatline:
    config: dict[str, Any]

    def bot_start(self, **kwargs: Any) -> None:
        if self.config["runmode"].value == "live":
            flatline = of_this_process()
            flatline.handle_signals()
            # Not armed: the bot is not watched, and confirm_trade_entry refuses every entry until it is.
            flatline.start()
        up = getattr(super(), "bot_start", None)
        if up is not None:
            up(**kwargs)

    def bot_loop_start(self, *args: Any, **kwargs: Any) -> None:
        """A strategy that overrides it calls super() at the end: the proof is that the work was done."""
        up = getattr(super(), "bot_loop_start", None)
        if up is not None:
            up(*args, **kwargs)
        if self.config["runmode"].value == "live":
            of_this_process().alive()

    def confirm_trade_entry(self, *args: Any, **kwargs: Any) -> bool:
        """A bot that is not watched, or was liquidated, opens nothing."""
        if self.config["runmode"].value == "live" and not of_this_process().may_trade:
            return False
        up = getattr(super(), "confirm_trade_entry", None)
        return True if up is None else bool(up(*args, **kwargs))


def of_this_process() -> Flatline:
    """One per process: /reload_config loads this file again, and must not send heartbeats twice."""
    known: dict[str, Any] = vars(flatline_client)
    if "of_freqtrade" not in known:
        # freqtrade loops every five seconds (internals.process_throttle_secs); analysing many pairs takes longer.
        known["of_freqtrade"] = Flatline(proven_within_seconds=300)
    found: Flatline = known["of_freqtrade"]
    return found

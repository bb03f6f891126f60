"""Stand-ins that call the hooks of the examples as freqtrade, hummingbot and nautilus_trader do."""

import asyncio
import functools
import os
import signal
import sys
import time
from datetime import datetime, timezone
from enum import Enum

from flatline_client import Flatline
from saying import PATIENCE_SECONDS, say

# The examples leave it at the default.
Flatline.__init__ = functools.partialmethod(
    Flatline.__init__, answer_within_seconds=PATIENCE_SECONDS, preflight=True
)


class RunMode(Enum):
    LIVE = "live"
    BACKTEST = "backtest"


def in_freqtrade(runmode=RunMode.LIVE, loops=10_000):
    from freqtrade_strategy import WithFlatline, of_this_process

    class IStrategy:
        def bot_start(self, **kwargs):
            say(loaded=True)

        def bot_loop_start(self, current_time, **kwargs):
            pass

        def confirm_trade_entry(self, *args, **kwargs):
            return True

    class Strategy(WithFlatline, IStrategy):
        config = {"runmode": runmode}

    def terminate(number, frame):
        raise KeyboardInterrupt

    # freqtrade/commands/trade_commands.py: the handler comes first, then the worker with the strategy.
    signal.signal(signal.SIGTERM, terminate)
    strategy = Strategy()
    strategy.bot_start()
    # /reload_config: another strategy, the same process.
    strategy = Strategy()
    strategy.bot_start()
    try:
        for loop in range(loops):
            strategy.bot_loop_start(current_time=datetime.now(timezone.utc))
            if loop == 0:
                say(entry=strategy.confirm_trade_entry("BTC/USDT:USDT"), looping=True)
            time.sleep(0.01)
    except KeyboardInterrupt:
        say(interrupted=of_this_process().state)


def in_backtest():
    in_freqtrade(RunMode.BACKTEST, 3)


def in_hummingbot():
    from hummingbot_script import WithFlatline

    class ScriptStrategyBase:
        def on_tick(self):
            """Trades."""

        async def on_stop(self):
            say(base_stopped=True)

    class Script(WithFlatline, ScriptStrategyBase):
        pass

    async def run():
        script = Script()
        while script.flatline is None or script.flatline.state == "unknown":
            script.on_tick()
            await asyncio.sleep(0.01)
        say(state=script.flatline.state)
        await script.on_stop()
        say(state=script.flatline.state)

    asyncio.run(run())


def in_nautilus():
    from nautilus_actor import WithFlatline

    class Clock:
        def set_timer(self, name, interval, start_time=None, stop_time=None, callback=None):
            say(timer=name, seconds=interval.total_seconds())
            callback(None)

        def cancel_timer(self, name):
            say(cancelled=name)

    class Actor:
        clock = Clock()

    class FlatlineActor(WithFlatline, Actor):
        pass

    actor = FlatlineActor()
    actor.on_start()
    while actor.flatline.state == "unknown":
        time.sleep(0.01)
    if sys.argv[2:] == ["fault"]:
        actor.on_fault()
    else:
        actor.on_stop()
    say(state=actor.flatline.state)


if sys.argv[1] == "plain":
    import plain_bot

    plain_bot.CYCLE_SECONDS = 0.01
    plain_bot.START_SECONDS = float(os.environ.get("PLAIN_START_SECONDS", "30"))
    plain_bot.trade = lambda: say(traded=True)
    plain_bot.main()
else:
    globals()[f"in_{sys.argv[1]}"]()

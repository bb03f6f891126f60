"""
flatline in a hummingbot script. Copy it beside the script, and put it before the base class:

    from scripts.hummingbot_script import WithFlatline

    class MyScript(WithFlatline, StrategyV2Base): …        # or ScriptStrategyBase

Relies on `on_tick()`, called each tick once the connectors are ready, and on `on_stop()`, which the command `stop`
awaits (hummingbot 2.x; the `def on_stop` of 1.x scripts is called as well if the base class has one, but is not
awaited there: use 2.x). Run with hummingbot 20260922: examples/hummingbot/scripts/watched_script.py.

`stop` makes the account flat, then stops cleanly. A script that is not watched does not trade. Credentials, region and the
names come from the environment of the container.
"""

import inspect
from typing import Any, Optional

from flatline_client import Flatline


class WithFlatline:
    flatline: Optional[Flatline] = None

    def on_tick(self) -> None:
        if self.flatline is None:
            # The first tick must not wait for AWS: the first heartbeat is sent in the background.
            self.flatline = Flatline(proven_within_seconds=60)
            self.flatline.start(wait_seconds=0)
        # Each tick is the proof of work. False: the bot is not watched, or the account was liquidated; do not trade.
        if not self.flatline.alive():
            return
        up: Any = super()
        up.on_tick()

    async def on_stop(self) -> None:
        up: Any = getattr(super(), "on_stop", None)
        stopping = up() if up is not None else None
        if inspect.isawaitable(stopping):
            await stopping
        if self.flatline is None:
            return
        outcome = await self.flatline.aliquidate("shutdown", "hummingbot was told to stop")
        if outcome.flat:
            await self.flatline.astop("hummingbot was told to stop")

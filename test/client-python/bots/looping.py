"""A bot in asyncio. Its loop turns while the account is liquidated; the second argument says how it ends."""

import asyncio
import os
import signal
import sys
import time

from flatline_client import Flatline
from saying import say, told

turns = 0


async def turn():
    """Counts how often the loop turns."""
    global turns
    while True:
        await asyncio.sleep(0.002)
        turns += 1


async def by_call():
    flatline = Flatline(answer_within_seconds=20)
    say(state=await flatline.astart())
    before = turns
    outcome = await flatline.aliquidate("error")
    say(outcome=told(outcome), turns=turns - before)
    say(stopped=await flatline.astop())


async def by_signal():
    async with Flatline(answer_within_seconds=20) as flatline:
        say(state=flatline.state)
        await asyncio.sleep(30)


async def by_cancel():
    async with Flatline(answer_within_seconds=20) as flatline:
        say(state=flatline.state)
        task = asyncio.current_task()
        asyncio.get_running_loop().call_later(0.1, task.cancel)
        # Again, in the middle of the ending.
        asyncio.get_running_loop().call_later(0.15, task.cancel)
        await asyncio.sleep(30)


async def by_child():
    """A forked child has signals of its own; the loop of the parent must not take them for its own."""
    async with Flatline(answer_within_seconds=20) as flatline:
        child = os.fork()
        if child == 0:
            time.sleep(30)
        for number in (signal.SIGINT, signal.SIGTERM):
            time.sleep(0.2)
            os.kill(child, number)
        _, status = os.waitpid(child, 0)
        await asyncio.sleep(0.3)
        say(child=os.waitstatus_to_exitcode(status), state=flatline.state)
        os.kill(os.getpid(), signal.SIGKILL)


async def main():
    turning = asyncio.create_task(turn())
    try:
        await globals()[f"by_{sys.argv[1]}"]()
    finally:
        turning.cancel()


asyncio.run(main())

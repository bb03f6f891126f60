"""A bot in asyncio. Its loop turns while the account is liquidated; the argument says how it ends."""

import asyncio
import os
import signal
import sys
import threading

from flatline_client import Flatline
from saying import PATIENCE_SECONDS, say, told, wait_to_go_on

turns = 0

# More than any test takes: it only ends a bot that everybody has forgotten.
FOREVER_SECONDS = 600


async def turn():
    """Counts how often the loop turns."""
    global turns
    while True:
        await asyncio.sleep(0.002)
        turns += 1


async def by_call():
    flatline = Flatline(answer_within_seconds=PATIENCE_SECONDS)
    say(state=await flatline.astart())
    before = turns
    outcome = await flatline.aliquidate("error")
    say(outcome=told(outcome), turns=turns - before)
    say(stopped=await flatline.astop())


async def by_signal():
    async with Flatline(answer_within_seconds=PATIENCE_SECONDS) as flatline:
        say(state=flatline.state)
        await asyncio.sleep(FOREVER_SECONDS)


async def by_cancel():
    async with Flatline(answer_within_seconds=PATIENCE_SECONDS) as flatline:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()

        def cancel():
            task.cancel()
            say(cancelled_again=True)

        def cancel_when_told():
            wait_to_go_on()
            loop.call_soon_threadsafe(cancel)

        say(state=flatline.state)
        loop.call_soon(task.cancel)
        # Again, in the middle of the ending.
        threading.Thread(target=cancel_when_told, daemon=True).start()
        await asyncio.sleep(FOREVER_SECONDS)


async def by_child():
    """A forked child has signals of its own; the loop of the parent must not take them for its own."""
    async with Flatline(heartbeat_seconds=1, answer_within_seconds=PATIENCE_SECONDS) as flatline:
        question, ask = os.pipe()
        ready, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ask)
            while os.read(question, 1):
                os.write(tell, b".")
        for number in (signal.SIGINT, signal.SIGTERM):
            # An answer shows that the signal before was taken: it comes before the child's own code goes on.
            os.write(ask, b"?")
            os.read(ready, 1)
            os.kill(child, number)
        _, status = os.waitpid(child, 0)
        say(child=os.waitstatus_to_exitcode(status), state=flatline.state)
        await asyncio.sleep(FOREVER_SECONDS)


async def main():
    turning = asyncio.create_task(turn())
    try:
        await globals()[f"by_{sys.argv[1]}"]()
    finally:
        turning.cancel()


asyncio.run(main())

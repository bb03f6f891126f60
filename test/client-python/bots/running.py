"""
Does one thing for each line it reads, and says what came of it: start, beat (waits for the next one), alive, stop, gate,
fork, thread, loop, liquidate, exit.
"""

import asyncio
import json
import os
import sys
import threading

from flatline_client import Flatline
from saying import say, told

options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
flatline = Flatline(**{"heartbeat_seconds": 1, "late_after_seconds": 2, "dead_after_seconds": 4, **options})


def gate():
    return flatline.gate.reason or "open"


def in_child(call):
    """What a forked child says, which ends without an ending."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, json.dumps(call()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    return json.loads(os.read(reading, 10_000))


def in_thread(call):
    results = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    thread.join()
    return results[0]


async def in_loop():
    await asyncio.sleep(0)
    return [gate(), flatline.may_trade, flatline.alive()]


COMMANDS = {
    "start": lambda: flatline.start(wait_seconds=20),
    "state": lambda: flatline.state,
    "alive": flatline.alive,
    "gate": gate,
    "stop": lambda: flatline.stop("the test says so"),
    "fork": lambda: in_child(lambda: [gate(), flatline.may_trade, flatline.alive(), flatline.stop()]),
    "fork and start": lambda: in_child(lambda: [flatline.start(wait_seconds=20), gate()]),
    "thread": lambda: in_thread(lambda: [gate(), flatline.may_trade, flatline.alive()]),
    "loop": lambda: asyncio.run(in_loop()),
    "liquidate": lambda: told(flatline.liquidate("error", "the test says so")),
}

say(ready=True)
for number, line in enumerate(sys.stdin):
    say(**{f"{line.strip()} {number}": COMMANDS[line.strip()]()})

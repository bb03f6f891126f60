"""A bot that does nothing but beat. Says what start() gave, then one line when it is tripped, and waits to be ended."""

import json
import signal

from flatline_client import Flatline


def say(**words):
    print(json.dumps(words), flush=True)


flatline = Flatline(heartbeat_seconds=1, on_tripped=lambda correlation_id: say(tripped=correlation_id))
say(started=flatline.start(wait_seconds=60))
signal.pause()

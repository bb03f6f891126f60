"""What the bots of these tests have in common: they speak JSON, one document a line."""

import dataclasses
import json
import os
import sys

from flatline_client import Flatline, client

# For the first beat, the liquidator's answer and the goodbye, where a test is not about them: a busy machine may take its
# time. A goodbye that is not stored within its five seconds leaves the bot armed, as it must.
PATIENCE_SECONDS = 100
Flatline.start.__defaults__ = Flatline.astart.__defaults__ = (PATIENCE_SECONDS,)
OWN_GOODBYE_SECONDS = client._GOODBYE_SECONDS
client._GOODBYE_SECONDS = PATIENCE_SECONDS


def say(**words):
    print(json.dumps(words), flush=True)


def told(outcome):
    """An outcome as JSON."""
    return dataclasses.asdict(outcome)


def live_on():
    """Until somebody ends this process, or whoever started it is gone."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    sys.exit("nobody holds the other end of stdin any more")


def wait_to_go_on():
    """Until the test lets it go on."""
    sys.stdin.readline()

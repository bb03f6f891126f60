"""What the bots of these tests have in common: they speak JSON, one document a line."""

import dataclasses
import functools
import json
import os
import sys

from flatline_client import Flatline, client

# For the first beat, the liquidator's answer and the clean stop, where a test is not about them: a busy machine may take its
# time. A clean stop that is not stored within its five seconds leaves the bot armed, as it must.
PATIENCE_SECONDS = 100
Flatline.start.__defaults__ = Flatline.astart.__defaults__ = (PATIENCE_SECONDS,)
OWN_STOP_SECONDS = client._STOP_SECONDS
client._STOP_SECONDS = PATIENCE_SECONDS


# Only the bots of the examples ask, as they do for users: elsewhere there is no liquidator, or its next call is a fault.
Flatline.__init__ = functools.partialmethod(Flatline.__init__, preflight=False)


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

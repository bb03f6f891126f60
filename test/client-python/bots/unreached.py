"""A bot that cannot reach its table: it may go on, and knows what it does not know."""

import time

from flatline_client import Flatline, client
from saying import OWN_STOP_SECONDS, say, wait_to_go_on

# This test is about how long a clean stop may take.
client._STOP_SECONDS = OWN_STOP_SECONDS

began = time.monotonic()
flatline = Flatline(heartbeat_seconds=1, late_after_seconds=2)
say(started=flatline.start(wait_seconds=1), may_trade=flatline.alive(), seconds=time.monotonic() - began)
wait_to_go_on()
began = time.monotonic()
say(stopped=flatline.stop(), seconds=time.monotonic() - began)

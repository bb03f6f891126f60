"""Beats until it is ended."""

import time

from flatline_client import Flatline
from saying import say

flatline = Flatline(heartbeat_seconds=1)
say(started=flatline.start())
time.sleep(30)

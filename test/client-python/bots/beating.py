"""Beats until it is ended."""

from flatline_client import Flatline
from saying import live_on, say

flatline = Flatline(heartbeat_seconds=1)
say(started=flatline.start())
live_on()

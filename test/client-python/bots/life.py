"""Arms, beats, says goodbye, and is back."""

import time

from flatline_client import Flatline
from saying import say

flatline = Flatline(heartbeat_seconds=1, late_after_seconds=2, dead_after_seconds=4)
say(started=flatline.start())
time.sleep(1.5)
say(may_trade=flatline.alive())
say(stopped=flatline.stop("the day is over"))
time.sleep(1.2)
say(state=flatline.state)
input()
say(restarted=flatline.start(), again=flatline.start())

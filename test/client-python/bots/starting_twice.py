"""Arms, beats, says goodbye, and is back."""

import threading

from flatline_client import Flatline
from saying import say, wait_to_go_on

flatline = Flatline(heartbeat_seconds=1, late_after_seconds=2, dead_after_seconds=4)
say(started=flatline.start())
wait_to_go_on()
say(may_trade=flatline.alive())
say(stopped=flatline.stop("the day is over"))
for thread in threading.enumerate():
    if thread.name == "flatline-heartbeats":
        thread.join()
say(state=flatline.state)
wait_to_go_on()
say(restarted=flatline.start(), again=flatline.start())

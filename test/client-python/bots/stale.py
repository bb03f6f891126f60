"""Works, hangs, and works again, each when it is told to."""

import threading

from flatline_client import Flatline
from saying import live_on, say, wait_to_go_on

flatline = Flatline(heartbeat_seconds=1, proven_within_seconds=2)
flatline.start()
hangs = threading.Event()


def work():
    while not hangs.wait(0.05):
        flatline.alive()
    say(hangs=True)


threading.Thread(target=work, daemon=True).start()
say(works=True)
wait_to_go_on()
hangs.set()
wait_to_go_on()
flatline.alive()
say(works_again=True)
live_on()

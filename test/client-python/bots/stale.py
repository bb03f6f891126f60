"""Works, hangs, and works again; its beats are to tell."""

import time

from flatline_client import Flatline
from saying import say

flatline = Flatline(heartbeat_seconds=1, proven_within_seconds=1)
flatline.start()
for _ in range(8):
    time.sleep(0.2)
    flatline.alive()
say(worked=True)
time.sleep(2.2)
say(hung=True)
time.sleep(1.5)
say(still_hung=True)
flatline.alive()
time.sleep(0.6)
say(works_again=True)
time.sleep(5)

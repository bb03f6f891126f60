"""A machine whose clock is five hours ahead, for itself and for the SDK that signs."""

import datetime
import time

import botocore.auth

real_time, real_now = time.time, botocore.auth.get_current_datetime
time.time = lambda: real_time() + 5 * 3600
botocore.auth.get_current_datetime = lambda *rest: real_now(*rest) + datetime.timedelta(hours=5)

from flatline_client import Flatline  # noqa: E402
from saying import say, wait_to_go_on  # noqa: E402

flatline = Flatline(heartbeat_seconds=1)
say(started=flatline.start())
wait_to_go_on()
say(stopped=flatline.stop())

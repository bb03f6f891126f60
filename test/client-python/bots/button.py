"""Presses the button: `button.py [--symbols X] [--dry] [--within S] [--liquidator NAME] [--fail]`."""

import argparse
import time

from flatline_client import Flatline
from saying import PATIENCE_SECONDS, say, told

parser = argparse.ArgumentParser()
parser.add_argument("--symbols")
parser.add_argument("--dry", action="store_true")
parser.add_argument("--fail", action="store_true")
parser.add_argument("--within", type=float, default=PATIENCE_SECONDS)
parser.add_argument("--liquidator")
args = parser.parse_args()

flatline = Flatline(liquidator=args.liquidator, answer_within_seconds=args.within)
say(started=flatline.start(wait_seconds=10))
began = time.monotonic()
if args.fail:
    outcome = flatline.fail("margin call")
else:
    outcome = flatline.liquidate("error", "a test", args.symbols, args.dry)
say(outcome=told(outcome), seconds=time.monotonic() - began)

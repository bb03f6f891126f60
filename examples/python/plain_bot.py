"""
A plain bot. An exception, SIGTERM, SIGINT and the end of the program make the account flat. If the process is killed, or
hangs for a minute, the watchdog does it.

    pip install ./client/python
    FLATLINE_BOT_ID=default FLATLINE_BOTS_TABLE=… FLATLINE_LIQUIDATOR=… AWS_REGION=… python3 plain_bot.py
"""

import logging
import sys
import time

from flatline_client import Flatline

CYCLE_SECONDS = 5.0
START_SECONDS = 30.0


def trade() -> None:
    """One cycle: read the market, decide, send orders."""


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # A cycle takes seconds; one that takes a minute hangs.
    with Flatline(proven_within_seconds=60) as flatline:
        # A bot that is not watched must not trade; it ends here, and nothing is liquidated.
        if flatline.start(wait_seconds=START_SECONDS) != "armed":
            sys.exit(f"not watched, so not trading: {flatline.gate.sentence}")
        # False: the account was, or may have been, liquidated. The end of the block makes it flat.
        while flatline.alive():
            trade()
            time.sleep(CYCLE_SECONDS)


if __name__ == "__main__":
    main()

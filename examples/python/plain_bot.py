"""
A plain bot. An exception, SIGTERM, SIGINT and the end of the program make the account flat; should the process die
without a word, or hang for a minute, the watchdog does.

    pip install ./client/python
    FLATLINE_BOT_ID=default FLATLINE_BOTS_TABLE=… FLATLINE_LIQUIDATOR=… AWS_REGION=… python3 plain_bot.py
"""

import logging
import time

from flatline_client import Flatline

CYCLE_SECONDS = 5.0


def trade() -> None:
    """One cycle: look at the market, decide, send orders."""


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # A cycle takes seconds; one that takes a minute hangs.
    with Flatline(proven_within_seconds=60) as flatline:
        # False: the watchdog has liquidated the account, and an operator has to re-arm it.
        while flatline.alive():
            trade()
            time.sleep(CYCLE_SECONDS)


if __name__ == "__main__":
    main()

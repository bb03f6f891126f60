#!/bin/sh
# A bot that does not trade, to try the guard. It ends a cycle each second, and shows after each that it works.
trap 'echo "toy bot: SIGTERM, goodbye"; exit 0' TERM

echo 'toy bot: trading'
while :; do
  # Read the market, decide, send orders; then prove it.
  [ -z "$FLATLINE_ALIVE_FILE" ] || touch "$FLATLINE_ALIVE_FILE"
  sleep 1 &
  wait $!
done

#!/bin/sh
# A bot that trades nothing, to try the guard with: a cycle each second, and after each its proof of work.
trap 'echo "toy bot: SIGTERM, goodbye"; exit 0' TERM

echo 'toy bot: trading'
while :; do
  # Look at the market, decide, send orders; then say so.
  [ -z "$FLATLINE_ALIVE_FILE" ] || touch "$FLATLINE_ALIVE_FILE"
  sleep 1 &
  wait $!
done

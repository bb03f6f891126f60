/**
 * Many bots that fall silent at once have a common cause, perhaps between them and the table, so each gets one more
 * heartbeat. Together: at least three bots, and more than half of those that still sent heartbeats then.
 */

import { nextBeatMs } from './watch-times.ts';

/** An armed bot at its last check in this tick. */
export interface SeenSilence {
  readonly silentSinceMs: number;
  readonly heartbeatMs: number;
  /** A heartbeat was missing at that check. */
  readonly missesABeat: boolean;
}

const FEWEST = 3;

/** `all`: the armed bots that this tick has checked, with or without this one. */
export function fellSilentTogether(one: SeenSilence, all: Iterable<SeenSilence>): boolean {
  let beating = 0;
  let silent = 0;
  for (const other of all) {
    const within = Math.max(nextBeatMs(one), nextBeatMs(other));
    // Silent long before: it sent no heartbeats then.
    if (other.silentSinceMs < one.silentSinceMs - within) continue;
    beating += 1;
    if (other.missesABeat && Math.abs(other.silentSinceMs - one.silentSinceMs) <= within) silent += 1;
  }
  return silent >= FEWEST && silent * 2 > beating;
}

/**
 * Many bots that fall silent at once have a common cause, and it may lie between them and the table: each of them gets one
 * more heartbeat. Together means: at least three bots, and more than half of those that were still beating then.
 */

import { nextBeatMs } from './watch-times.ts';

/** What the last check in this tick saw of an armed bot. */
export interface SeenSilence {
  readonly silentSinceMs: number;
  readonly heartbeatMs: number;
  /** A beat was missing at that check. */
  readonly missesABeat: boolean;
}

const FEWEST = 3;

/** `all` are the armed bots that this tick has checked, this one among them or not. */
export function fellSilentTogether(one: SeenSilence, all: Iterable<SeenSilence>): boolean {
  let beating = 0;
  let silent = 0;
  for (const other of all) {
    const within = Math.max(nextBeatMs(one), nextBeatMs(other));
    // Who was silent long before did not beat then.
    if (other.silentSinceMs < one.silentSinceMs - within) continue;
    beating += 1;
    if (other.missesABeat && Math.abs(other.silentSinceMs - one.silentSinceMs) <= within) silent += 1;
  }
  return silent >= FEWEST && silent * 2 > beating;
}

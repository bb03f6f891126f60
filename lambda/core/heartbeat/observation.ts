/**
 * When a bot was last alive, by two witnesses: the bot's own clock, which is exact when it is right and may be wrong by
 * any amount, and the watchdog's, which only knows between which two of its checks a beat came.
 *
 *   check: another beat         check: this beat, first seen
 *   ──────────┼──────────────────────────┼─────────▶ the watchdog's time
 *        notBefore    the beat came    firstSeen
 *
 * The bot's instant counts if it is between the two. If its clock is ahead, the first observation counts instead: it
 * stays the same until the next beat, so no clock can delay death. An instant before `notBefore` is wrong, and
 * the first observation counts as well.
 */

import type { BotRow, Observation } from './read-bot-row.ts';

/** A bot that is checked for the first time was armed since the tick before, of which one or two may be lost. */
const FIRST_CHECK_AFTER_MS = 150_000;

/** A beat may travel this long (repeated requests), and clocks of AWS differ by less. */
const TRAVEL_MS = 5_000;

/** What is known of the row's beat after a check at `nowMs`. `known` is what an earlier check has left. */
export function observeBeat(
  row: BotRow & { readonly beat: string },
  known: Observation | undefined,
  nowMs: number,
): Observation {
  const at = Math.floor(nowMs);
  if (known === undefined) return { beat: row.beat, firstSeenAtMs: at, notBeforeMs: at - FIRST_CHECK_AFTER_MS };
  // An observation in the future was written by hand, or by a host whose clock is a little ahead.
  const firstSeenAtMs = Math.min(known.firstSeenAtMs, at);
  if (known.beat === row.beat)
    return { ...known, firstSeenAtMs, notBeforeMs: Math.min(known.notBeforeMs, firstSeenAtMs) };
  return { beat: row.beat, firstSeenAtMs: at, notBeforeMs: firstSeenAtMs };
}

/** The instant from which silence counts. */
export function silentSinceMs(claimedAtMs: number | undefined, { firstSeenAtMs, notBeforeMs }: Observation): number {
  if (claimedAtMs === undefined || claimedAtMs > firstSeenAtMs || claimedAtMs < notBeforeMs - TRAVEL_MS) {
    return firstSeenAtMs;
  }
  return Math.max(claimedAtMs, notBeforeMs);
}

/**
 * When a bot was last alive, by two clocks: the bot's own, which may be wrong by any amount, and the watchdog's, which only
 * knows between which two of its checks a heartbeat came.
 *
 *   check: another heartbeat    check: this one, first seen
 *   ──────────┼──────────────────────────┼─────────▶ the watchdog's time
 *        notBefore       it came     firstSeen
 *
 * The bot's instant counts if it is between the two. If its clock is ahead, or an instant is before `notBefore`, the first
 * observation counts: it does not change until the next heartbeat, so no clock can delay death.
 */

import type { BotRow, Observation } from './read-bot-row.ts';

/** A bot that is checked for the first time was armed since the last tick, and one or two ticks may be lost. */
const FIRST_CHECK_AFTER_MS = 150_000;

/** How long a heartbeat may take (repeated requests); clocks of AWS differ by less. */
const TRAVEL_MS = 5_000;

/** What is known of the row's heartbeat after a check at `nowMs`. `known`: from an earlier check. */
export function observeBeat(
  row: BotRow & { readonly beat: string },
  known: Observation | undefined,
  nowMs: number,
): Observation {
  const at = Math.floor(nowMs);
  if (known === undefined) return { beat: row.beat, firstSeenAtMs: at, notBeforeMs: at - FIRST_CHECK_AFTER_MS };
  // An observation in the future was edited by hand, or is of a host whose clock is ahead.
  const firstSeenAtMs = Math.min(known.firstSeenAtMs, at);
  if (known.beat === row.beat)
    return { ...known, firstSeenAtMs, notBeforeMs: Math.min(known.notBeforeMs, firstSeenAtMs) };
  return { beat: row.beat, firstSeenAtMs: at, notBeforeMs: firstSeenAtMs };
}

/** When the silence began. */
export function silentSinceMs(claimedAtMs: number | undefined, { firstSeenAtMs, notBeforeMs }: Observation): number {
  if (claimedAtMs === undefined || claimedAtMs > firstSeenAtMs || claimedAtMs < notBeforeMs - TRAVEL_MS) {
    return firstSeenAtMs;
  }
  return Math.max(claimedAtMs, notBeforeMs);
}

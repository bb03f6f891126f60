/**
 * The status of a bot at one instant. It is computed, never stored; ticks, warnings and screens all use this.
 *
 *   base                     lateAtMs                           deadAtMs
 *   ├──────── alive ─────────┼───────────── late ───────────────┼──── dead
 *   the later of: the last activity, the end of a snooze
 *
 * Dead from the millisecond `deadAtMs` on. Clock skew alone never trips a bot: the watchdog must have seen the same heartbeat
 * for as long as the next one takes. A bot is late or dead only if its heartbeats could have been stored: the watchdog's own
 * writes have succeeded for one heartbeat and 2 s up to now. Otherwise it is `unproven`.
 */

import type { BotRow, Observation } from './read-bot-row.ts';
import { snoozedUntil } from './snooze-plan.ts';
import { nextBeatMs, type WatchTimes } from './watch-times.ts';

export type BotStatus = 'disarmed' | 'snoozed' | 'alive' | 'unproven' | 'late' | 'dead' | 'tripped';

export interface Assessment {
  readonly status: BotStatus;
  /** The last activity. */
  readonly silentSinceMs: number;
  readonly lateAtMs: number;
  readonly deadAtMs: number;
  /** From when it is proven that a heartbeat would have been stored; undefined: not foreseeable. */
  readonly provenAtMs: number | undefined;
}

/** A longer snooze was not made by our tools and is cut: it must end by itself. */
export const LONGEST_SNOOZE_MS = 24 * 3_600_000;

export interface WatchdogView {
  readonly nowMs: number;
  /** Since when, up to now, a heartbeat would have been stored (watchdog-health.ts). */
  readonly storableSinceMs: number | undefined;
  /** The bot fell silent together with others. */
  readonly oneMoreBeat?: boolean;
}

export function assessBot(
  row: Pick<BotRow, 'state' | 'claimedAtMs' | 'snoozedUntilMs'> & Partial<Pick<BotRow, 'snoozePlan'>>,
  observation: Observation,
  times: WatchTimes,
  { nowMs, storableSinceMs, oneMoreBeat = false }: WatchdogView,
): Assessment {
  const silent = silentSinceMs(row.claimedAtMs, observation);
  const snoozedUntilMs = Math.min(snoozedUntil(row, nowMs), nowMs + LONGEST_SNOOZE_MS);
  const baseMs = Math.max(silent, snoozedUntilMs);
  const instants = {
    silentSinceMs: silent,
    lateAtMs: baseMs + times.lateAfterMs,
    deadAtMs:
      Math.max(baseMs + times.deadAfterMs, observation.firstSeenAtMs + ownWatchMs(times)) +
      (oneMoreBeat ? nextBeatMs(times) : 0),
    provenAtMs: storableSinceMs === undefined ? undefined : storableSinceMs + nextBeatMs(times),
  };
  return { status: statusAt(row.state, snoozedUntilMs, instants, nowMs), ...instants };
}

const ownWatchMs = ({ heartbeatMs, lateAfterMs, deadAfterMs }: WatchTimes): number =>
  Math.min(nextBeatMs({ heartbeatMs }), deadAfterMs - lateAfterMs);

function statusAt(
  state: BotRow['state'],
  snoozedUntilMs: number,
  { lateAtMs, deadAtMs, provenAtMs }: Pick<Assessment, 'lateAtMs' | 'deadAtMs' | 'provenAtMs'>,
  nowMs: number,
): BotStatus {
  if (state !== 'armed') return state;
  if (nowMs < snoozedUntilMs) return 'snoozed';
  if (nowMs < lateAtMs) return 'alive';
  if (provenAtMs === undefined || nowMs < provenAtMs) return 'unproven';
  return nowMs >= deadAtMs ? 'dead' : 'late';
}

/** Whether an expected heartbeat is missing; the tick then waits for the deadline. */
export const missesABeat = (
  { silentSinceMs: since }: Pick<Assessment, 'silentSinceMs'>,
  { heartbeatMs }: WatchTimes,
  nowMs: number,
): boolean => nowMs > since + nextBeatMs({ heartbeatMs });

/*
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

/** An armed bot at its last check in this tick. */
export interface SeenSilence {
  readonly silentSinceMs: number;
  readonly heartbeatMs: number;
  /** A heartbeat was missing at that check. */
  readonly missesABeat: boolean;
}

const FEWEST = 3;

/**
 * Many bots that fall silent at once have a common cause, perhaps between them and the table, so each gets one more
 * heartbeat. Together: at least three bots, and more than half of those that still sent heartbeats then. `all`: the armed
 * bots that this tick has checked, with or without this one.
 */
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

/** The next tick acts on it, within a minute; if the table does not answer, later. */
const FAILURE_COUNTS_FOR_MS = 10 * 60_000;

/**
 * A failure that the bot reported itself, because its call of the liquidator was not answered, is acted on at once, unless
 * heartbeats came more than ten minutes after it: then people are notified, and nothing is closed. Both instants are by the
 * bot's clock: it may be wrong, but the time between them is not.
 */
export function isOutdated({ failure, lastBeatAtMs }: Pick<BotRow, 'failure' | 'lastBeatAtMs'>): boolean {
  if (failure?.atMs === undefined || lastBeatAtMs === undefined) return false;
  // Longer than any heartbeat, because one may have been on its way when the bot failed.
  return lastBeatAtMs - failure.atMs > FAILURE_COUNTS_FOR_MS;
}

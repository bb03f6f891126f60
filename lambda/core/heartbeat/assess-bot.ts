/**
 * What a bot is, at one frozen instant. Status is computed, never stored.
 *
 *   base                     lateAtMs                           deadAtMs
 *   ├──────── alive ─────────┼───────────── late ───────────────┼──── dead
 *   the latest of: the last beat, the end of a snooze, the end of the watchdog's own blindness
 *
 * Dead is exact: from the very millisecond `deadAtMs` on. Nobody dies on the word of a clock alone: the watchdog has to
 * have seen the same beat for as long as the next one takes to come (in ordinary operation it always has, by then). And
 * nobody dies of an outage: who was still reporting before a gap in what we could read has as long after it.
 */

import { silentSinceMs } from './observation.ts';
import type { BotRow, Observation } from './read-bot-row.ts';
import type { WatchTimes } from './watch-times.ts';

export type BotStatus = 'disarmed' | 'snoozed' | 'alive' | 'late' | 'dead' | 'tripped';

export interface Assessment {
  readonly status: BotStatus;
  /** The last sign of life. */
  readonly silentSinceMs: number;
  readonly lateAtMs: number;
  readonly deadAtMs: number;
}

/** A snooze that is longer was not made by a tool of ours, and is cut: it must end by itself. */
export const LONGEST_SNOOZE_MS = 24 * 3_600_000;

/** A time in which the table was not read, or could not be: from the last reading before it to the first after it. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The next beat may be this much later than a heartbeat after the last. */
const BEAT_SLACK_MS = 2_000;

export function assessBot(
  row: Pick<BotRow, 'state' | 'lastBeatAtMs' | 'snoozedUntilMs'>,
  observation: Observation,
  times: WatchTimes,
  /** `watchedSinceMs`: the end of the watchdog's last blindness. `gap`: the last one that was too short for that. */
  {
    nowMs,
    watchedSinceMs,
    gap,
  }: { readonly nowMs: number; readonly watchedSinceMs: number; readonly gap?: Gap | undefined },
): Assessment {
  const silent = silentSinceMs(row.lastBeatAtMs, observation);
  const snoozedUntilMs = Math.min(row.snoozedUntilMs ?? 0, nowMs + LONGEST_SNOOZE_MS);
  const baseMs = Math.max(silent, watchedSinceMs, snoozedUntilMs);
  const lateAtMs = baseMs + times.lateAfterMs;
  const deadAtMs = Math.max(
    baseMs + times.deadAfterMs,
    observation.firstSeenAtMs + ownWatchMs(times),
    afterGapMs(gap, observation, times),
  );
  return {
    status: statusAt(row.state, snoozedUntilMs, lateAtMs, deadAtMs, nowMs),
    silentSinceMs: silent,
    lateAtMs,
    deadAtMs,
  };
}

const ownWatchMs = ({ heartbeatMs, lateAfterMs, deadAfterMs }: WatchTimes): number =>
  Math.min(heartbeatMs + BEAT_SLACK_MS, deadAfterMs - lateAfterMs);

/** The instant by which a bot that beat until the gap would have been heard after it. Its clock has no say in this. */
function afterGapMs(gap: Gap | undefined, { firstSeenAtMs }: Observation, times: WatchTimes): number {
  const beatMs = nextBeatMs(times);
  return gap !== undefined && firstSeenAtMs + beatMs > gap.fromMs ? gap.toMs + beatMs : 0;
}

/** A bot that lives has been heard once more by then. */
export const nextBeatMs = ({ heartbeatMs }: Pick<WatchTimes, 'heartbeatMs'>): number => heartbeatMs + BEAT_SLACK_MS;

function statusAt(
  state: BotRow['state'],
  snoozedUntilMs: number,
  lateAtMs: number,
  deadAtMs: number,
  nowMs: number,
): BotStatus {
  if (state !== 'armed') return state;
  if (nowMs < snoozedUntilMs) return 'snoozed';
  if (nowMs >= deadAtMs) return 'dead';
  return nowMs >= lateAtMs ? 'late' : 'alive';
}

/** Whether a beat that should have come is missing: then it is worth staying awake for what follows. */
export const missesABeat = (
  { silentSinceMs: since }: Assessment,
  { heartbeatMs }: WatchTimes,
  nowMs: number,
): boolean => nowMs > since + nextBeatMs({ heartbeatMs });

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

import { silentSinceMs } from './observation.ts';
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
  /** The bot fell silent together with others (silent-together.ts). */
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

/**
 * A bot's state as people see it, at one instant, by the watchdog's own rules (assess-bot.ts). A row without any heartbeat
 * belongs to a bot that never reported, which is never liquidated.
 */

import { defaultBot } from '../config/settings.ts';
import { assessBot, type BotStatus, observeBeat, silentSinceMs } from './assess-bot.ts';
import { type BotRow, type Change, type Observation, readBotRow, STARTS_IGNORED_FROM } from './read-bot-row.ts';
import type { BotFields } from './row-change.ts';
import { type SnoozePlan, snoozedUntil } from './snooze-plan.ts';
import { allowedTimes, timesProblem, type WatchTimes } from './watch-times.ts';

/** `waiting`: armed by an operator, or its snooze ended, and no heartbeat since. */
export type Condition = BotStatus | 'waiting' | 'never';

interface ShownChange extends Omit<Change, 'isRecorded' | 'kind'> {
  readonly kind: Change['kind'] | 'snooze-ended';
}

/** Instants are epoch ms, durations ms. */
export interface BotStanding {
  readonly botId: string;
  readonly condition: Condition;
  /** The last real heartbeat; undefined if there was none. */
  readonly lastBeatAtMs: number | undefined;
  /** How long ago that was; never negative, whatever the bot's clock says. */
  readonly silentMs: number | undefined;
  /** Starts since the last proof of work, if they no longer count as activity. */
  readonly unprovenStarts: number;
  /** The run whose heartbeats count. */
  readonly runId: string | undefined;
  /** If it is watched (alive, waiting, unproven, late, dead, snoozed). */
  readonly lateAtMs: number | undefined;
  readonly deadAtMs: number | undefined;
  /** If it is snoozed. */
  readonly snoozedUntilMs: number | undefined;
  /** If it is tripped. `lockoutUntilMs` may be over; `refusedBeatAtMs`: the bot still runs, and must not trade. */
  readonly trip:
    | {
        readonly atMs: number | undefined;
        readonly correlationId: string | undefined;
        readonly lockoutUntilMs: number | undefined;
        readonly lockedOut: boolean;
        readonly refusedBeatAtMs: number | undefined;
      }
    | undefined;
  /** The bot has reported its own failure, and is watched: the next tick trips it. */
  readonly failure: { readonly atMs: number | undefined; readonly reason: string } | undefined;
  /** The last change of the watch. */
  readonly lastChange: ShownChange | undefined;
  /** Windows in which it is not watched, each week. */
  readonly snoozePlan: SnoozePlan | undefined;
  readonly times: WatchTimes;
  /** What is wrong with the row, each with value, rule and remedy. */
  readonly problems: readonly string[];
}

/**
 * `fields` undefined: there is no row. `times`: as configured; undefined: the bot is not in the configuration, and the times
 * in its row count. `storableSinceMs`: since when the watchdog's writes have worked (shownHealth); undefined: they do not.
 */
export function botStanding(
  botId: string,
  fields: BotFields | undefined,
  nowMs: number,
  times: WatchTimes | undefined,
  storableSinceMs: number | undefined,
): BotStanding {
  const row = readBotRow(botId, fields ?? { watch_state: 'disarmed' });
  const known = times === undefined ? row.times : allowedTimes(times, row.times);
  const used = known ?? timesAlone(defaultBot(botId));
  const isWatched = row.state === 'armed' && row.beat !== undefined;
  const differs = times && isWatched ? timesProblem(times, row.times) : undefined;
  const basis = {
    botId,
    times: timesAlone(used),
    lastChange: row.change && shownChange(row.change, row.snoozedUntilMs),
    snoozePlan: row.snoozePlan,
    problems: [
      ...row.problems,
      ...(isWatched && known === undefined ? [NO_TIMES] : []),
      ...(differs === undefined ? [] : [differs]),
    ],
    unprovenStarts: row.unprovenStarts >= STARTS_IGNORED_FROM ? row.unprovenStarts : 0,
    runId: row.runId,
  };
  const never = fields === undefined || (row.state === 'armed' && row.beat === undefined);
  if (never) return { ...basis, ...NOTHING, condition: 'never' };
  const { status, lateAtMs, deadAtMs } = assessBot(row, observationIn(row, nowMs), used, { nowMs, storableSinceMs });
  const beatAtMs = lastTrueBeat(row, nowMs);
  return {
    ...basis,
    ...NOTHING,
    condition: status === 'alive' && !isReporting(row, beatAtMs, used, nowMs) ? 'waiting' : status,
    lastBeatAtMs: beatAtMs,
    silentMs: beatAtMs === undefined ? undefined : nowMs - beatAtMs,
    ...(isWatched ? { lateAtMs, deadAtMs, failure: row.failure } : {}),
    ...(status === 'snoozed' ? { snoozedUntilMs: snoozedUntil(row, nowMs) } : {}),
    ...(row.state === 'tripped' ? { trip: tripOf(row, fields, nowMs) } : {}),
  };
}

/** It may be alive only because its watch began anew: it was armed by hand, or a snooze ended. */
const isReporting = (
  { waitingSinceMs }: BotRow,
  beatAtMs: number | undefined,
  { lateAfterMs }: WatchTimes,
  nowMs: number,
): boolean => waitingSinceMs === undefined && beatAtMs !== undefined && nowMs - beatAtMs < lateAfterMs;

/** Corrected by the watchdog's observation, if there is one; an instant in the future counts as now. */
function lastTrueBeat(row: BotRow, nowMs: number): number | undefined {
  const { lastBeatAtMs, beat, claimedAtMs } = row;
  const isBeat = beat !== undefined && row.waitingSinceMs === undefined && row.unprovenStarts < STARTS_IGNORED_FROM;
  if (isBeat) return Math.min(silentSinceMs(claimedAtMs, observationIn(row, nowMs)), nowMs);
  return lastBeatAtMs === undefined ? undefined : Math.min(lastBeatAtMs, nowMs);
}

const NOTHING = {
  lastBeatAtMs: undefined,
  silentMs: undefined,
  lateAtMs: undefined,
  deadAtMs: undefined,
  snoozedUntilMs: undefined,
  trip: undefined,
  failure: undefined,
} as const;

const NO_TIMES =
  'the bot is not in the configuration and its row says no times that make sense: the watchdog does not judge it; add it to the configuration, or restart it with correct times.';

/**
 * Without the watchdog's observation only the bot's clock is left; an instant in the future counts as now. The last
 * observation of a bot that is no longer watched may be of an earlier sign of life, and no other will follow.
 */
function observationIn(row: BotRow, nowMs: number): Observation {
  const { beat = '', seen, claimedAtMs = nowMs } = row;
  if (seen !== undefined && (row.state === 'armed' || seen.beat === beat))
    return observeBeat({ ...row, beat }, seen, nowMs);
  return { beat, firstSeenAtMs: Math.min(claimedAtMs, Math.floor(nowMs)), notBeforeMs: 0 };
}

function tripOf({ trip }: BotRow, { refused_beat_at_ms }: BotFields, nowMs: number): BotStanding['trip'] {
  const { atMs, correlationId, lockoutUntilMs } = trip;
  const lockedOut = lockoutUntilMs !== undefined && nowMs < lockoutUntilMs;
  const refusedBeatAtMs = typeof refused_beat_at_ms === 'number' ? refused_beat_at_ms : undefined;
  return { atMs, correlationId, lockoutUntilMs, lockedOut, refusedBeatAtMs };
}

const timesAlone = ({ heartbeatMs, lateAfterMs, deadAfterMs }: WatchTimes): WatchTimes => ({
  heartbeatMs,
  lateAfterMs,
  deadAfterMs,
});

/** A snooze that ends at or before the change means that the operator ended a snooze. */
const shownChange = ({ kind, atMs, by, reason }: Change, snoozedUntilMs: number | undefined): ShownChange => ({
  kind: kind === 'snoozed' && snoozedUntilMs !== undefined && snoozedUntilMs <= atMs ? 'snooze-ended' : kind,
  ...{ atMs, by, reason },
});

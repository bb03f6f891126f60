/**
 * How a bot stands, as people are shown it: one plain value from its row, at one frozen instant. The watchdog's own
 * rules (assess-bot.ts), so that what a screen says and what a tick does are the same.
 *
 * A row that nobody has written means a bot that never reported; such a bot is never liquidated.
 */

import { defaultBot } from '../config/settings.ts';
import { assessBot, type BotStatus } from './assess-bot.ts';
import { observeBeat } from './observation.ts';
import { type BotRow, type Change, type Observation, readBotRow } from './read-bot-row.ts';
import type { BotFields } from './row-change.ts';
import type { WatchTimes } from './watch-times.ts';

export type Condition = BotStatus | 'never';

/** Instants are epoch ms, durations ms. */
export interface BotStanding {
  readonly botId: string;
  readonly condition: Condition;
  /** The last sign of life; undefined when there was none. */
  readonly lastBeatAtMs: number | undefined;
  /** How long ago that was; never negative, whatever the bot's clock says. */
  readonly silentMs: number | undefined;
  /** Of one that is watched (alive, late, dead, snoozed): when it is late, and when it is dead. */
  readonly lateAtMs: number | undefined;
  readonly deadAtMs: number | undefined;
  /** Of one that is snoozed. */
  readonly snoozedUntilMs: number | undefined;
  /** Of one that is tripped. `lockoutUntilMs` may be over; `refusedBeatAtMs`: the bot still lives, and must not trade. */
  readonly trip:
    | {
        readonly atMs: number | undefined;
        readonly correlationId: string | undefined;
        readonly lockoutUntilMs: number | undefined;
        readonly lockedOut: boolean;
        readonly refusedBeatAtMs: number | undefined;
      }
    | undefined;
  /** The bot said itself that it is in trouble, and is watched: the next tick fires. */
  readonly cry: { readonly atMs: number | undefined; readonly reason: string } | undefined;
  /** Who changed the watch last, when and why. */
  readonly lastChange: Omit<Change, 'told'> | undefined;
  readonly times: WatchTimes;
  /** What is wrong with the row, each with value, rule and remedy. */
  readonly problems: readonly string[];
}

/**
 * `fields` undefined: there is no row. `times` are the configured ones; undefined: the configuration does not know the
 * bot, and what it wrote into its row counts. `watchedSinceMs` is the end of the watchdog's last blindness for this bot's
 * shard (`sightOf` of the watchdog's own row); without it deadlines are those of a watchdog that was never blind.
 */
export function botStanding(
  botId: string,
  fields: BotFields | undefined,
  nowMs: number,
  times: WatchTimes | undefined,
  watchedSinceMs = 0,
): BotStanding {
  const row = readBotRow(botId, fields ?? { watch_state: 'disarmed' });
  const known = times ?? row.times;
  const used = known ?? timesAlone(defaultBot(botId));
  const isWatched = row.state === 'armed' && row.beat !== undefined;
  const noTimes = isWatched && known === undefined ? [NO_TIMES] : [];
  const basis = {
    botId,
    times: timesAlone(used),
    lastChange: row.change && withoutTold(row.change),
    problems: [...row.problems, ...noTimes],
  };
  const never = fields === undefined || (row.state === 'armed' && row.beat === undefined);
  if (never) return { ...basis, ...NOTHING, condition: 'never' };
  const observation = sightingOf(row, nowMs);
  const assessment = assessBot(row, observation, used, { nowMs, watchedSinceMs });
  const seen = row.beat === undefined ? undefined : Math.min(assessment.silentSinceMs, nowMs);
  return {
    ...basis,
    ...NOTHING,
    condition: assessment.status,
    lastBeatAtMs: seen,
    silentMs: seen === undefined ? undefined : nowMs - seen,
    ...(isWatched ? { lateAtMs: assessment.lateAtMs, deadAtMs: assessment.deadAtMs, cry: row.cry } : {}),
    ...(assessment.status === 'snoozed' ? { snoozedUntilMs: row.snoozedUntilMs } : {}),
    ...(row.state === 'tripped' ? { trip: tripOf(row, fields, nowMs) } : {}),
  };
}

const NOTHING = {
  lastBeatAtMs: undefined,
  silentMs: undefined,
  lateAtMs: undefined,
  deadAtMs: undefined,
  snoozedUntilMs: undefined,
  trip: undefined,
  cry: undefined,
} as const;

const NO_TIMES =
  'the bot is not in the configuration and its row says no times that make sense: the watchdog does not judge it; add it to the configuration, or restart it with correct times.';

/** Without the watchdog's memory only the bot's word is left; from the future it counts as now. */
function sightingOf(row: BotRow, nowMs: number): Observation {
  const { beat = '', seen, lastBeatAtMs = nowMs } = row;
  if (seen !== undefined) return observeBeat({ ...row, beat }, seen, nowMs);
  return { beat, firstSeenAtMs: Math.min(lastBeatAtMs, Math.floor(nowMs)), notBeforeMs: 0 };
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

const withoutTold = ({ kind, atMs, by, reason }: Change): Omit<Change, 'told'> => ({ kind, atMs, by, reason });

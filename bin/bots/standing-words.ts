/** The states of bots as a table for operators, one row for each bot. */

import type { BotStanding, Condition } from '../../lambda/core/heartbeat/bot-standing.ts';
import { changeInWords, planInWords } from '../../lambda/views/words.ts';
import { hanging, inColumns } from '../terminal/layout.ts';
import { agoText, spanText } from '../terminal/numbers.ts';
import type { Paint, Screen } from '../terminal/paint.ts';
import type { ListedBot } from './standings.ts';

const TONES: Readonly<Record<Condition, keyof Paint>> = {
  alive: 'good',
  waiting: 'warn',
  unproven: 'bad',
  late: 'warn',
  dead: 'bad',
  snoozed: 'warn',
  disarmed: 'dim',
  tripped: 'bad',
  never: 'dim',
};

/** Lines of at most `width` columns, with the problems of a row below it. */
export function standingTable(
  standings: readonly ListedBot[],
  { nowMs, paint, width }: Screen & { readonly nowMs: number },
): readonly string[] {
  if (standings.length === 0) return ['  no bots: the configuration could not be read, and no bot has reported'];
  const rows = standings.map(standing => [
    standing.botId,
    paint[TONES[standing.condition]](standing.condition),
    standing.silentMs === undefined ? '-' : agoText(nowMs - standing.silentMs, nowMs),
    meaning(standing, nowMs),
  ]);
  const heading = ['bot', 'state', 'last heartbeat', 'meaning'].map(paint.dim);
  const problems = standings.flatMap(({ botId, problems: all }) =>
    all.flatMap(problem => hanging('  !', `${botId}: ${problem}`, width).map(paint.warn)),
  );
  return [...inColumns([heading, ...rows], ['left', 'left', 'left', 'left'], { width }), ...problems];
}

/** What follows from a bot's state, and who changed it last. */
export function meaning(standing: ListedBot, nowMs: number): string {
  const unknown = standing.configured ? '' : '; NOT in the configuration, so it cannot be liquidated';
  const restarts =
    standing.unprovenStarts === 0 ? '' : `; started ${standing.unprovenStarts} times without completing a cycle`;
  const planned = standing.snoozePlan === undefined ? '' : `; ${planInWords(standing.snoozePlan, spanText)}`;
  return `${consequence(standing, nowMs)}${restarts}${planned}${changeOf(standing, nowMs)}${unknown}`;
}

function consequence(
  { condition, lateAtMs, deadAtMs, snoozedUntilMs, trip, failure }: BotStanding,
  nowMs: number,
): string {
  if (failure !== undefined) return `reported a failure (${failure.reason}): the next watchdog run liquidates it`;
  switch (condition) {
    case 'alive':
      return `late ${when(lateAtMs, nowMs)}, dead ${when(deadAtMs, nowMs)} without a heartbeat`;
    case 'waiting':
      return `armed; liquidated ${when(deadAtMs, nowMs)} without a heartbeat`;
    case 'unproven':
      return 'silent, but heartbeats may be lost: the bots table has not worked for long enough, so it is not liquidated yet';
    case 'late':
      return `liquidated ${when(deadAtMs, nowMs)} without a heartbeat`;
    case 'dead':
      return 'silent beyond its deadline: the watchdog liquidates it';
    case 'snoozed':
      return `not watched for ${spanText((snoozedUntilMs ?? nowMs) - nowMs)} more`;
    case 'disarmed':
      return 'not watched; its next start arms it';
    case 'never':
      return 'not watched; its first heartbeat arms it';
    case 'tripped':
      return trippedWords(trip, nowMs);
  }
}

function trippedWords(trip: BotStanding['trip'], nowMs: number): string {
  const lock = trip?.lockedOut
    ? `its account is checked each minute for ${spanText((trip.lockoutUntilMs ?? nowMs) - nowMs)} more`
    : 'its lock-out is over';
  const alive =
    trip?.refusedBeatAtMs === undefined
      ? ''
      : `; it still sends heartbeats (the last ${agoText(trip.refusedBeatAtMs, nowMs)})`;
  const id = trip?.correlationId === undefined ? '' : ` (${trip.correlationId})`;
  return `tripped${id}; ${lock}; heartbeats are refused until flatline rearm${alive}`;
}

function changeOf({ lastChange, snoozePlan }: BotStanding, nowMs: number): string {
  if (lastChange === undefined) return '';
  const { kind, by, reason, atMs } = lastChange;
  const why = reason === undefined || reason === 'no reason given' ? '' : ` (${reason})`;
  return `; ${changeInWords(kind, snoozePlan)} ${agoText(atMs, nowMs)} by ${by}${why}`;
}

/** For a future instant; one that has just passed counts as now. */
const when = (atMs: number | undefined, nowMs: number): string =>
  atMs === undefined ? 'never' : agoText(Math.max(atMs, nowMs + 1), nowMs);

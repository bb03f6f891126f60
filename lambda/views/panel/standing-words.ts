/** The state of a bot in one word with its tone, and what happens next. */

import type { BotStanding, Condition } from '../../core/heartbeat/bot-standing.ts';
import { ago, from, instant } from '../words.ts';

export type Tone = 'good' | 'warning' | 'bad' | 'muted';

export const CONDITION_WORDS: Readonly<Record<Condition, { readonly word: string; readonly tone: Tone }>> = {
  alive: { word: 'alive', tone: 'good' },
  waiting: { word: 'armed, waiting for a heartbeat', tone: 'warning' },
  unproven: { word: 'SILENT, STATE UNKNOWN', tone: 'bad' },
  late: { word: 'LATE', tone: 'warning' },
  dead: { word: 'DEAD', tone: 'bad' },
  tripped: { word: 'TRIPPED', tone: 'warning' },
  snoozed: { word: 'snoozed', tone: 'warning' },
  disarmed: { word: 'disarmed', tone: 'muted' },
  never: { word: 'never seen', tone: 'muted' },
};

export const lastBeat = ({ lastBeatAtMs }: BotStanding, nowMs: number): string =>
  lastBeatAtMs === undefined ? '–' : ago(lastBeatAtMs, nowMs);

/** The deadline of a bot that is watched; for any other, what it waits for. */
export function whatNext({ condition, deadAtMs, snoozedUntilMs, trip, failure }: BotStanding, nowMs: number): string {
  if (failure !== undefined) return 'reported its failure';
  switch (condition) {
    case 'alive':
    case 'waiting':
    case 'late':
      return deadAtMs === undefined ? '–' : from(deadAtMs, nowMs);
    case 'unproven':
      return 'not liquidated until its table works';
    case 'dead':
      return deadAtMs === undefined ? 'passed' : `passed at ${instant(deadAtMs, nowMs)}`;
    case 'snoozed':
      return snoozedUntilMs === undefined ? '–' : `not watched until ${instant(snoozedUntilMs, nowMs)}`;
    case 'tripped':
      return trip?.lockedOut && trip.lockoutUntilMs !== undefined
        ? `kept flat until ${instant(trip.lockoutUntilMs, nowMs)}`
        : 'waits for re-arm';
    case 'disarmed':
    case 'never':
      return 'not watched';
  }
}

/** Last heartbeat and deadline in one line, for a page without columns. */
export function inOneLine(standing: BotStanding, nowMs: number): string {
  const next = whatNext(standing, nowMs);
  const hasDeadline = WITH_DEADLINE.includes(standing.condition) && standing.failure === undefined;
  return [
    ...(standing.lastBeatAtMs === undefined ? [] : [`last heartbeat ${lastBeat(standing, nowMs)}`]),
    hasDeadline ? `deadline ${next}` : next,
  ].join(', ');
}

const WITH_DEADLINE: readonly BotStanding['condition'][] = ['alive', 'waiting', 'late', 'dead'];

/** How a bot stands, in a word with its tone, and what happens next. */

import type { BotStanding, Condition } from '../heartbeat/bot-standing.ts';
import { ago, from, instant } from './words.ts';

export type Tone = 'good' | 'warning' | 'bad' | 'muted';

export const CONDITION_WORDS: Readonly<Record<Condition, { readonly word: string; readonly tone: Tone }>> = {
  alive: { word: 'alive', tone: 'good' },
  late: { word: 'LATE', tone: 'warning' },
  dead: { word: 'DEAD', tone: 'bad' },
  tripped: { word: 'TRIPPED', tone: 'warning' },
  snoozed: { word: 'snoozed', tone: 'warning' },
  disarmed: { word: 'disarmed', tone: 'muted' },
  never: { word: 'never seen', tone: 'muted' },
};

export const lastBeat = ({ lastBeatAtMs }: BotStanding, nowMs: number): string =>
  lastBeatAtMs === undefined ? '–' : ago(lastBeatAtMs, nowMs);

/** The deadline of one that is watched; of any other, what it waits for. */
export function whatNext({ condition, deadAtMs, snoozedUntilMs, trip, cry }: BotStanding, nowMs: number): string {
  if (cry !== undefined) return 'calls for help';
  switch (condition) {
    case 'alive':
    case 'late':
      return deadAtMs === undefined ? '–' : from(deadAtMs, nowMs);
    case 'dead':
      return deadAtMs === undefined ? 'due' : `due since ${instant(deadAtMs, nowMs)}`;
    case 'snoozed':
      return snoozedUntilMs === undefined ? '–' : `not before ${instant(snoozedUntilMs, nowMs)}`;
    case 'tripped':
      return trip?.lockedOut && trip.lockoutUntilMs !== undefined
        ? `kept flat until ${instant(trip.lockoutUntilMs, nowMs)}`
        : 'waits for re-arm';
    case 'disarmed':
    case 'never':
      return 'not watched';
  }
}

/** The state of a bot in one word with its tone, and what happens next. */

import type { BotStanding, Condition } from '../../core/heartbeat/bot-standing.ts';
import { readinessOf } from '../../core/invocation/readiness.ts';
import type { PreflightNote } from '../../ports.ts';
import { html, type Markup } from '../markup.ts';
import { ago, from, instant } from '../words.ts';
import type { Overview } from './overview.ts';

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

/** `3 of 3 ready, the oldest 5 h ago`; an overdue one does not count as ready. */
export function preflightsInBrief({ configured, preflights, nowMs }: Overview): string {
  if (preflights.kind === 'unread') return 'not known';
  const notes = configured.flatMap(botId => preflights.value.get(botId) ?? []);
  if (notes.length === 0) return 'none yet';
  const ready = notes.filter(note => readinessOf(note, nowMs).kind === 'ready');
  const oldest = Math.min(...notes.map(({ finishedAtMs }) => finishedAtMs));
  return `${ready.length} of ${configured.length} ready, the oldest ${ago(oldest, nowMs)}`;
}

/** Empty for a bot that is ready, or whose readiness is unknown. */
export function preflightMark(botId: string, { configured, preflights, nowMs }: Overview): readonly string[] {
  if (preflights.kind === 'unread' || !configured.includes(botId)) return [];
  const readiness = readinessOf(preflights.value.get(botId), nowMs);
  switch (readiness.kind) {
    case 'ready':
      return [];
    case 'not-ready':
      return [`not ready ${ago(readiness.note.finishedAtMs, nowMs)}`];
    case 'overdue':
      return [`last tested ${ago(readiness.note.finishedAtMs, nowMs)}`];
    case 'never':
      return ['never tested'];
  }
}

/** Undefined: none on record. The checks that failed are named. */
export function lastPreflight(note: PreflightNote | undefined, nowMs: number): Markup {
  const readiness = readinessOf(note, nowMs);
  if (readiness.kind === 'never') return html`<span class="fl-warning">none on record</span>`;
  const { finishedAtMs, failedChecks } = readiness.note;
  const when = ago(finishedAtMs, nowMs);
  switch (readiness.kind) {
    case 'ready':
      return readiness.warned
        ? html`<span class="fl-warning">ready, with warnings</span>, ${when}`
        : html`<span class="fl-good">ready</span>, ${when}`;
    case 'overdue':
      return html`<span class="fl-warning">ready, but too long ago: ${when}</span>`;
    case 'not-ready':
      return html`<span class="fl-bad"><b>NOT READY</b></span>, ${when}: ${failedChecks.join(', ')}`;
  }
}

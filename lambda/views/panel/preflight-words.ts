/**
 * The results of the last preflights: all in the overview's bar, one beside each bot that is not known to be ready, one
 * on the page of its bot.
 */

import { readinessOf } from '../../core/invocation/readiness.ts';
import type { PreflightNote } from '../../ports.ts';
import { html, type Markup } from '../markup.ts';
import { ago } from '../words.ts';
import type { Overview } from './overview.ts';

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

/** The attempts one by one: start, end, result, and what started the next one. */

import type { IncidentAttempt } from '../../../lambda/core/audit/attempts.ts';
import { html, type Markup } from '../../../lambda/views/markup.ts';
import type { Incident } from '../../incident/incident.ts';
import { writerName } from '../../incident/incident-lines.ts';
import { tableOf } from './table.ts';
import { elapsed, utc, utcTime } from './words.ts';

const STATE_WORDS: Readonly<Record<IncidentAttempt['state'], string>> = {
  completed: 'completed',
  partial: 'partial',
  failed: 'failed',
  skipped: 'skipped',
  running: 'in progress',
  died: 'died: no end recorded',
  unknown: 'ended, result unknown',
};

export function attemptsSection(incident: Incident): Markup | undefined {
  const { attempts, events, requests, duplicatesAtMs } = incident;
  const calls = duplicatesAtMs.map(atMs => utcTime(atMs)).join(', ');
  const refused =
    duplicatesAtMs.length === 0
      ? undefined
      : html`<p>Further calls with the same ID, refused because the liquidation was in progress or done: ${calls} UTC.</p>`;
  if (attempts.length === 0) return refused;
  const table = tableOf({
    caption: 'Attempts',
    columns: [
      { name: 'attempt', kind: 'name' },
      { name: 'started (UTC)', kind: 'time' },
      { name: 'took', kind: 'number' },
      { name: 'rounds', kind: 'number' },
      { name: 'requests', kind: 'number' },
      { name: 'ended' },
      { name: 'then' },
    ],
    rows: attempts.map((attempt, index) => ({
      cells: [
        attempt.kind === 'attempt' ? attempt.number : writerName(attempt.writer),
        utc(attempt.startedAtMs),
        tookOf(attempt),
        ...(events.some(({ writer }) => writer === attempt.writer)
          ? [attempt.rounds, requests.filter(({ writer }) => writer === attempt.writer).length]
          : ['?', '?']),
        html`${STATE_WORDS[attempt.state]}${attempt.timedOut ? ', time-out' : ''}${attempt.headline === undefined ? undefined : html`<br><span class="soft">${attempt.headline}</span>`}`,
        thenOf(attempt, attempts[index + 1]),
      ],
      mark: attempt.state === 'died' || attempt.state === 'failed' ? 'bad' : undefined,
    })),
  });
  return html`${table}${refused}`;
}

const tookOf = ({ startedAtMs, endedAtMs }: IncidentAttempt): string =>
  startedAtMs === undefined || endedAtMs === undefined ? '?' : elapsed(endedAtMs - startedAtMs);

function thenOf({ endedAtMs, resumesAtMs }: IncidentAttempt, next: IncidentAttempt | undefined): string {
  if (next === undefined) return resumesAtMs === undefined ? '' : `continues at ${utcTime(resumesAtMs)}`;
  const taken = next.tookOver ? 'taken over after its lease' : 'resumed';
  if (endedAtMs === undefined || next.startedAtMs === undefined) return taken;
  return `${taken} ${elapsed(next.startedAtMs - endedAtMs)} later`;
}

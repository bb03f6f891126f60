/** The records of the audit log, and the verification of the hash chain for each writer. */

import { chainStanding } from '../../../lambda/core/audit/verify-chain.ts';
import type { LiquidationRecord } from '../../../lambda/ports.ts';
import { html, type Markup } from '../../../lambda/views/markup.ts';
import { eventWords } from '../../incident/event-words.ts';
import type { Incident } from '../../incident/incident.ts';
import { CHAIN_WORDS, writerName } from '../../incident/incident-lines.ts';
import { segmentMeaning } from '../../incident/segment-words.ts';
import { belowEachOther, folded, tableOf } from './table.ts';
import { instants } from './words.ts';

const OPEN_ROWS = 30;
const MOST_ROWS = 3_000;

export function auditLogSection({ events, correlationId }: Incident): Markup {
  if (events.length === 0) return html`<p>The audit log has no record.</p>`;
  // For a run of hours, the start and the end.
  const shown =
    events.length <= MOST_ROWS ? events : [...events.slice(0, MOST_ROWS / 2), ...events.slice(-MOST_ROWS / 2)];
  const { name, say } = instants(shown.map(({ atMs }) => atMs));
  const table = tableOf({
    caption: 'The audit log in time order',
    stacks: true,
    columns: [
      { name, kind: 'time' },
      { name: 'by', kind: 'time' },
      { name: 'what', kind: 'name' },
      { name: 'symbol', kind: 'name' },
      { name: 'facts' },
    ],
    rows: shown.map(event => {
      const { what, facts, tone } = eventWords(event);
      return {
        cells: [
          say(event.atMs),
          writerName(event.writer),
          what,
          event.symbol ?? '',
          html`${event.doubtful ? html`<b class="bad">doubtful</b> ` : undefined}${facts}`,
        ],
        mark: event.doubtful || tone === 'bad' ? 'bad' : tone === 'warn' ? 'warn' : undefined,
      };
    }),
  });
  const more = events.length - shown.length;
  const note =
    more > 0
      ? html`<p class="note">${more} records in between are left out: <code>flatline audit show ${correlationId}</code></p>`
      : undefined;
  return shown.length <= OPEN_ROWS
    ? table
    : html`${folded(`${shown.length} records`, table, false)}<p class="note print">The ${shown.length} records of the audit log are not printed; unfold them before printing to include them.</p>${note}`;
}

/** `record` for the seals: a printed seal is independent evidence. */
export function chainSection(incident: Incident, record: LiquidationRecord | undefined): Markup {
  const { segments } = incident.verification;
  if (segments.length === 0) return html`<p>There is nothing to verify.</p>`;
  const { tone, text } = CHAIN_WORDS[chainStanding(incident.verification)];
  return html`<p class="stamp s-${tone}">${text}.</p>${tableOf({
    caption: 'Each writer’s part of the audit log',
    columns: [
      { name: 'writer', kind: 'name' },
      { name: 'items', kind: 'number' },
      { name: 'result' },
      { name: 'seal' },
    ],
    rows: segments.map(segment => {
      const { writer, items, kind, sentence } = segment;
      const says = [
        sentence.startsWith(`${writer}: `) ? sentence.slice(writer.length + 2) : sentence,
        ...segmentMeaning(segment, incident.events),
      ];
      const hash = record?.seals.find(seal => seal.writer === writer)?.lastHash ?? '';
      return {
        cells: [
          writerName(writer),
          items,
          belowEachOther(says),
          html`<code class="hash">${HASH.test(hash) ? hash : ''}</code>`,
        ],
        mark: kind === 'intact' ? undefined : kind === 'unsealed' ? 'warn' : 'bad',
      };
    }),
  })}<p class="note">Each record contains the hash of the previous one; the number of records and the last hash are sealed in the liquidations table. An identity that can write both tables can forge both; a printed hash cannot be changed afterwards.</p>`;
}

const HASH = /^[0-9a-f]{64}$/;

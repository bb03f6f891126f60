/**
 * Every request to the exchange as a table: for print, for readers who cannot see the timeline, and for searching. Of
 * thousands, the requests that were not answered ok come first, then others until the table is full.
 */

import { html, type Markup } from '../../../lambda/views/markup.ts';
import type { Incident } from '../../incident/incident.ts';
import { writerName } from '../../incident/incident-lines.ts';
import { answerText, type IncidentRequest, PURPOSE_WORDS } from '../../incident/requests.ts';
import { folded, type TableRow, tableOf } from './table.ts';
import { RESULT_WORDS } from './timeline/marks.ts';
import { elapsed, instants } from './words.ts';

const MOST_ROWS = 2_000;
/** A table up to this length is not folded. */
const OPEN_ROWS = 40;

/** The indexes of the listed requests. */
export function listedRequests({ requests }: Incident): ReadonlySet<number> {
  const indexes = [...requests.keys()];
  const isOk = (index: number): boolean => requests[index]?.result === 'ok';
  return new Set([...indexes.filter(index => !isOk(index)), ...indexes.filter(isOk)].slice(0, MOST_ROWS));
}

export function requestsSection(incident: Incident, listed: ReadonlySet<number>): Markup {
  const { requests } = incident;
  if (requests.length === 0) return html`<p>The audit log has no request.</p>`;
  const all = [...requests.entries()].filter(([index]) => listed.has(index));
  const left = requests.length - all.length;
  const note =
    left > 0
      ? html`<p class="note">${left} more, answered ok, are not listed: <code>flatline audit show --requests ${incident.correlationId}</code> has them all.</p>`
      : undefined;
  const table = tableFor('Requests to the exchange', all, 'named');
  if (all.length <= OPEN_ROWS) return html`${table}${note}`;
  const wrong = all.filter(([, { result }]) => result !== 'ok');
  const short = wrong.slice(0, OPEN_ROWS);
  return html`${
    wrong.length === 0
      ? html`<p>All ${requests.length} were answered ok.</p>`
      : html`${tableFor('Requests that were not answered ok', short, 'nameless')}${
          wrong.length > short.length
            ? html`<p class="note">And ${wrong.length - short.length} more that were not answered ok.</p>`
            : undefined
        }`
  }${folded(`All ${all.length} requests, in time order`, table, false)}<p class="note print">The table of all ${all.length} requests is not printed; unfold it before printing to include it.</p>${note}`;
}

const COLUMNS = [
  { name: 'by', kind: 'time' },
  { name: 'read', kind: 'number' },
  { name: 'for' },
  { name: 'symbol', kind: 'name' },
  { name: 'request' },
  { name: 'took', kind: 'number' },
  { name: 'answer' },
] as const;

/** Only the rows of one table have names that the timeline can link to. */
function tableFor(
  caption: string,
  rows: readonly (readonly [number, IncidentRequest])[],
  names: 'named' | 'nameless',
): Markup {
  const { name, say } = instants(rows.map(([, { startedAtMs }]) => startedAtMs));
  return tableOf({
    caption,
    columns: [{ name, kind: 'time' }, ...COLUMNS],
    rows: rows.map(([index, request]) => ({
      cells: [say(request.startedAtMs), ...cellsOf(request)],
      id: names === 'named' ? `q${index}` : undefined,
      mark: request.doubtful ? 'bad' : undefined,
    })),
  });
}

function cellsOf(request: IncidentRequest): TableRow['cells'] {
  const { writer, round, purpose, symbol = '', method, path, latencyMs, result, doubtful } = request;
  const shape = html`<svg width="12" height="12" class="m r-${result}" aria-hidden="true"><use href="#s-${result}" x="6" y="6"/></svg>`;
  return [
    writerName(writer),
    round === 0 ? '' : round,
    PURPOSE_WORDS[purpose],
    symbol,
    html`<code>${method} ${path}</code>`,
    latencyMs === undefined ? '?' : elapsed(latencyMs),
    html`${shape} ${doubtful ? html`<b class="bad">doubtful</b> ` : undefined}${RESULT_WORDS[result]} ${answerText(request)}`,
  ];
}

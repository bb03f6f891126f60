/** Every position, before and after: in the first read, how it was closed, in the last read. */

import { html, type Markup, type Part } from '../../../lambda/views/markup.ts';
import type { Incident } from '../../incident/incident.ts';
import type { IncidentClose, IncidentPosition } from '../../incident/positions.ts';
import { present } from '../../terminal/layout.ts';
import { countText } from '../../terminal/numbers.ts';
import { belowEachOther, folded, type ReportTable, type TableRow, tableOf } from './table.ts';
import { amountText, feesText, isDecimal, positionKey, sideOf, sumOf } from './words.ts';

/** Further rows are folded on the screen; the largest positions, and those still open, stay visible. */
const OPEN_ROWS = 40;

interface Place {
  readonly symbol: string;
  readonly side: string;
  readonly before: IncidentPosition | undefined;
  readonly closes: readonly IncidentClose[];
  readonly after: IncidentPosition | undefined;
}

/** What was read: named symbols say nothing about the rest of the account. */
const withinOf = ({ cause }: Incident): string => cause.symbols?.join(', ') ?? 'The account';

/** Undefined when neither a read nor a close is known. */
export function positionsSection(incident: Incident): Markup | undefined {
  const { before, after, closes } = incident;
  if (before === undefined && after === undefined && closes.length === 0) return undefined;
  const places = placesOf(incident);
  if (places.length === 0) return html`<p>${withinOf(incident)} held no position.</p>`;
  const rows = places.map(place => rowOf(place, incident));
  const isOpen = (index: number): boolean => index < OPEN_ROWS || places[index]?.after !== undefined;
  const shown = rows.filter((_, index) => rows.length <= OPEN_ROWS * 1.5 || isOpen(index));
  const rest = rows.filter(row => !shown.includes(row));
  const foot = footOf(closes);
  const table: Omit<ReportTable, 'rows'> = {
    caption: 'Positions before, closes, positions after',
    columns: COLUMNS,
    groups: GROUPS,
  };
  return html`${notes(incident)}${tableOf({ ...table, rows: shown, foot: rest.length === 0 ? foot : undefined })}${
    rest.length === 0
      ? undefined
      : folded(
          `${rest.length} smaller positions${after?.verified === true ? ', none of them still open' : ''}`,
          tableOf({ ...table, caption: 'The smaller positions', rows: rest, foot }),
          true,
        )
  }`;
}

const GROUPS = [
  ['', 2],
  ['at the first read', 4],
  ['closed', 4],
  ['last read', 1],
] as const;

const COLUMNS = [
  { name: 'symbol', kind: 'name' },
  { name: 'side' },
  { name: 'amount', kind: 'number' },
  { name: 'worth', kind: 'number' },
  { name: 'entry', kind: 'number' },
  { name: 'mark', kind: 'number' },
  { name: 'quantity', kind: 'number' },
  { name: 'avg. price', kind: 'number' },
  { name: 'PnL', kind: 'number' },
  { name: 'commission', kind: 'number' },
  { name: 'left', kind: 'number' },
] as const;

function placesOf({ before, after, closes }: Incident): readonly Place[] {
  const all = [...(before?.positions ?? []), ...(after?.positions ?? []), ...closes];
  const first = new Map(all.toReversed().map(one => [positionKey(one), one]));
  const find = (rows: readonly IncidentPosition[] | undefined, key: string): IncidentPosition | undefined =>
    rows?.find(one => positionKey(one) === key);
  return [...first]
    .map(([key, one]) => ({
      symbol: one.symbol,
      side: sideOf(one),
      before: find(before?.positions, key),
      after: find(after?.positions, key),
      closes: closes.filter(close => positionKey(close) === key),
    }))
    .toSorted((a, b) => worthOf(b) - worthOf(a));
}

function worthOf({ before, after }: Place): number {
  const worth = Math.abs(Number((before ?? after)?.notional));
  return Number.isFinite(worth) ? worth : 0;
}

function rowOf({ symbol, side, before, closes, after }: Place, { before: read, after: last }: Incident): TableRow {
  const one = (read: (close: IncidentClose) => string | undefined): Markup =>
    belowEachOther(closes.map(close => amountText(read(close) ?? '?')));
  const pnl = belowEachOther(
    closes.map(
      ({ realizedPnl, pnlIsEstimate, doubtful }) =>
        html`${doubtful ? html`<b class="bad">doubtful</b> ` : undefined}${pnlIsEstimate ? '≈ ' : ''}${amountText(realizedPnl)}`,
    ),
  );
  const absent = read === undefined ? '?' : '–';
  const left =
    after !== undefined
      ? html`<b>${amountText(after.amount)}</b>${after.protectiveOrders === undefined ? undefined : html`<br><span class="soft">${countText(after.protectiveOrders, 'stop')}</span>`}`
      : last?.verified === true
        ? '0'
        : '?';
  const held =
    before === undefined
      ? [absent, absent, absent, absent]
      : [before.amount, before.notional, before.entryPrice, before.markPrice].map(amountText);
  const fees = belowEachOther(closes.map(({ commissions }) => feesText(commissions) || '?'));
  // Gone, without a record of its close.
  const isUnexplained = closes.length === 0 && after === undefined && last?.verified === true;
  const closed: readonly Part[] = isUnexplained
    ? ['?', '?', '?', '?']
    : [one(({ quantity }) => quantity), one(({ averagePrice }) => averagePrice), pnl, fees];
  return {
    cells: [symbol, side, ...held, ...closed, left],
    mark: after === undefined ? undefined : 'bad',
  };
}

/** The sums of the audit log's figures, when there is something to add. */
function footOf(closes: readonly IncidentClose[]): TableRow | undefined {
  if (closes.length < 2) return undefined;
  const pnl = sumOf(closes.map(({ realizedPnl }) => realizedPnl));
  const assets = [...new Set(closes.flatMap(({ commissions }) => Object.keys(commissions)))];
  const fees = assets.map(asset => {
    const amounts = closes.flatMap(({ commissions }) => commissions[asset] ?? []).filter(isDecimal);
    return `${sumOf(amounts) ?? '?'} ${asset}`;
  });
  const estimated = closes.some(({ pnlIsEstimate }) => pnlIsEstimate);
  const together = `${estimated ? '≈ ' : ''}${pnl === undefined ? '?' : amountText(pnl)}`;
  return { cells: ['total', '', '', '', '', '', '', '', together, belowEachOther(fees), ''] };
}

function notes({ before, after, closes }: Incident): Markup {
  const said = present(
    before === undefined && 'The positions at the start are not in the audit log.',
    before?.verified === false && 'Not every list could be read at the first read: there may have been more.',
    after?.verified === false && 'The last read failed: the open positions are not known, whatever this table shows.',
    closes.some(({ pnlIsEstimate }) => pnlIsEstimate) &&
      '≈ marks an estimate from the mark price, not the exchange’s own figure.',
    closes.some(({ quantity }) => quantity === undefined) &&
      'A quantity of ? is unknown: an order of flatline got no answer, or another client closed the position.',
  );
  return html`${said.map(text => html`<p class="note">${text}</p>`)}`;
}

/** The plan of a dry run, and the checks of a preflight: both changed nothing. */

import { type Fields, numberOf, rowsOf, textOf } from '../../../lambda/core/text/fields.ts';
import { html, type Markup } from '../../../lambda/views/markup.ts';
import type { Incident } from '../../incident/incident.ts';
import { tableOf } from './table.ts';
import { amountText } from './words.ts';

export function planSection({ plan, kind, after }: Incident): Markup | undefined {
  if (kind !== 'dry-run') return undefined;
  const unread = html`<p class="bad">The account could not be read completely: what a liquidation would do is not known.</p>`;
  const isWhole = after?.verified === true;
  if (plan.length === 0) return isWhole ? html`<p>Nothing was open: no position, no order.</p>` : unread;
  const closesOf = (row: Fields): string =>
    rowsOf(row.closes)
      .map(({ side, quantity }) => `${textOf(side) ?? '?'} ${textOf(quantity) ?? '?'}`)
      .join(', ');
  const table = tableOf({
    caption: 'What a liquidation would do',
    columns: [
      { name: 'symbol', kind: 'name' },
      { name: 'worth', kind: 'number' },
      { name: 'closes' },
      { name: 'orders to cancel', kind: 'number' },
    ],
    rows: plan.map(row => ({
      cells: [
        textOf(row.symbol) ?? '?',
        amountText(textOf(row.notional)),
        textOf(row.not_closable) ?? closesOf(row),
        (numberOf(row.cancel_orders) ?? 0) +
          (numberOf(row.cancel_conditional_entries) ?? 0) +
          (numberOf(row.cancel_protective_after_close) ?? 0),
      ],
    })),
  });
  return isWhole ? table : html`${unread}${table}`;
}

export function checksSection({ checks, kind }: Incident): Markup | undefined {
  if (kind !== 'preflight' || checks.length === 0) return undefined;
  return tableOf({
    caption: 'Checks',
    columns: [{ name: 'check', kind: 'name' }, { name: 'status' }, { name: 'detail' }, { name: 'guide' }],
    rows: checks.map(row => ({
      cells: [textOf(row.name) ?? '?', textOf(row.status) ?? '?', textOf(row.detail) ?? '', textOf(row.heading) ?? ''],
      mark: row.status === 'failed' ? 'bad' : row.status === 'warning' ? 'warn' : undefined,
    })),
  });
}

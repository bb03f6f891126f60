/** What a liquidation would do now, symbol by symbol. */

import type { PlannedAction } from '../../contract.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { count, worth } from '../words.ts';
import type { Frame } from './page.ts';
import { type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { head: 'Symbol', kind: 'name' },
  { head: 'Worth', kind: 'number' },
  { head: 'Closes', kind: 'free' },
  { head: 'Cancels', kind: 'free' },
];

/** `isWhole` is false when the account, or part of it, could not be read: then an empty plan does not mean flat. */
export function planTable(frame: Frame, plan: readonly PlannedAction[], isWhole: boolean): Markup {
  const unread = isWhole ? undefined : html`<p class="fl-warning">${plan.length === 0 ? UNKNOWN : PARTLY_KNOWN}</p>`;
  if (plan.length === 0) return unread ?? html`<p>Nothing is open: no position, no order.</p>`;
  return html`${unread}<p>${totals(plan)}</p>${table(frame, COLUMNS, plan.map(planRow))}`;
}

const UNKNOWN = 'Not known: the account could not be read. A liquidation reads it again.';
const PARTLY_KNOWN = 'Part of the account could not be read: more may be open than this.';

function totals(plan: readonly PlannedAction[]): string {
  const positions = plan.reduce((sum, { closes }) => sum + closes.length, 0);
  const orders = plan.reduce((sum, one) => sum + cancels(one), 0);
  return `Closes at market: ${count(positions, 'position')}. Cancels: ${count(orders, 'order')}.`;
}

const cancels = (one: PlannedAction): number =>
  one.cancel_orders + one.cancel_conditional_entries + one.cancel_protective_after_close;

function planRow(one: PlannedAction): readonly Part[] {
  const { symbol, notional, closes, cancel_orders, cancel_conditional_entries, cancel_protective_after_close } = one;
  const parts = [
    ...(cancel_orders === 0 ? [] : [count(cancel_orders, 'order')]),
    ...(cancel_conditional_entries === 0
      ? []
      : [count(cancel_conditional_entries, 'conditional entry', 'conditional entries')]),
    ...(cancel_protective_after_close === 0
      ? []
      : [`after the close ${count(cancel_protective_after_close, 'protective order')}`]),
  ];
  const orders = closes.map(
    ({ side, position_side, quantity }) =>
      `${side} ${quantity}${position_side === 'BOTH' ? '' : ` (${position_side})`}`,
  );
  const closing = one.not_closable === undefined ? orders.join(', ') : `cannot be closed: ${one.not_closable}`;
  return [symbol, worth(notional) || '–', closing || '–', parts.join(', ') || '–'];
}

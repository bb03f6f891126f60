/** The plan of a dry run or a preflight: a line for each symbol. */

import type { PlannedAction } from '../../lambda/contract.ts';
import { worth } from '../../lambda/views/words.ts';
import { inColumns } from '../terminal/layout.ts';
import { countText } from '../terminal/numbers.ts';
import type { Paint, Screen } from '../terminal/paint.ts';

const MOST_ROWS = 40;

/**
 * `isWhole` is false when the account, or part of it, could not be read: then an empty plan does not mean flat. Without
 * `symbols` it is the plan of the whole account.
 */
export function planLines(
  plan: readonly PlannedAction[],
  { paint, width }: Screen,
  isWhole: boolean,
  symbols?: readonly string[],
): readonly string[] {
  if (!isWhole) {
    if (plan.length === 0) return [`  ${paint.bad('not known: the account could not be read')}`];
    const seen = planLines(plan, { paint, width }, true);
    return [...seen, `  ${paint.bad('and possibly more: part of the account could not be read')}`];
  }
  if (plan.length === 0) {
    const where = symbols === undefined ? '' : ` in ${symbols.join(', ')}`;
    return [`  nothing: no position and no order${where}`];
  }
  const shown = plan.slice(0, MOST_ROWS);
  const rows = shown.map(action => [
    action.symbol,
    worth(action.notional) || '-',
    closes(action, paint),
    cancels(action),
  ]);
  const heading = ['symbol', 'worth', 'close', 'cancel'].map(paint.dim);
  const hidden = plan.length - shown.length;
  return [
    ...inColumns([heading, ...rows], ['left', 'right', 'left', 'left'], { width }),
    ...(hidden > 0 ? [paint.dim(`  … and ${countText(hidden, 'more symbol')}`)] : []),
  ];
}

function closes({ closes: all, not_closable }: PlannedAction, paint: Paint): string {
  const orders = all.map(({ side, quantity, position_side }) =>
    position_side === 'BOTH' ? `${side} ${quantity}` : `${side} ${quantity} (${position_side})`,
  );
  // A large position is closed in pieces; the first ones are enough.
  const shown = orders.length > 3 ? [...orders.slice(0, 2), `… ${orders.length} orders`] : orders;
  return [...(shown.length === 0 ? ['-'] : shown), ...(not_closable ? [paint.warn(not_closable)] : [])].join(', ');
}

function cancels(action: PlannedAction): string {
  const parts = [
    [action.cancel_orders, 'order'],
    [action.cancel_conditional_entries, 'conditional entry', 'conditional entries'],
  ] as const;
  const words = parts.flatMap(([number, one, many = `${one}s`]) =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`],
  );
  const stops = action.cancel_protective_after_close;
  const first = words.join(', ');
  if (stops === 0) return first || '-';
  return `${first === '' ? '' : `${first}, `}then ${countText(stops, 'stop')}`;
}

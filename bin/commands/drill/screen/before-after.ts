/** Positions and orders at the exchange, before and after, a row for each symbol. */

import type { Truth } from '../../../../simulator/engine/accounts/truth.ts';
import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';
import { inColumns } from '../../../terminal/layout.ts';
import { countText } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';

const MOST_ROWS = 24;

/** Symbols that still hold something are always shown, never only counted. */
export function beforeAfter({ before, after }: Evidence, { paint, width }: Screen): readonly string[] {
  const all = [...before.positions, ...after.positions, ...before.orders, ...before.conditionals];
  const symbols = [...new Set([...all, ...after.orders, ...after.conditionals].map(({ symbol }) => symbol))];
  const isLeft = (symbol: string): boolean => heldOf(after, symbol) !== 'nothing';
  const byUrgency = symbols.toSorted((a, b) => Number(isLeft(b)) - Number(isLeft(a)));
  const shown = symbols.length <= MOST_ROWS ? symbols : byUrgency.slice(0, MOST_ROWS);
  const rows = shown.map(symbol => [
    symbol,
    heldOf(before, symbol),
    isLeft(symbol) ? paint.bad(heldOf(after, symbol)) : paint.good('nothing'),
  ]);
  const hidden = symbols.filter(symbol => !shown.includes(symbol));
  const fate = hidden.some(isLeft) ? 'some of them hold something' : 'none of them holds anything';
  const heading = ['symbol', 'before', 'after'].map(paint.dim);
  return [
    ...inColumns([heading, ...rows], ['left', 'left', 'left'], { width }),
    ...(hidden.length === 0 ? [] : [paint.dim(`  … and ${countText(hidden.length, 'more symbol')}, ${fate}`)]),
  ];
}

/** As in `0.5, 2 orders, 1 stop`; `-3 SHORT` in hedge mode. */
function heldOf({ positions, orders, conditionals }: Truth, symbol: string): string {
  const isOf = (row: { readonly symbol: string }): boolean => row.symbol === symbol;
  const [resting, stops] = [orders.filter(isOf).length, conditionals.filter(isOf).length];
  const held = [
    ...positions
      .filter(isOf)
      .map(({ amount, positionSide }) => (positionSide === 'BOTH' ? amount : `${amount} ${positionSide}`)),
    ...(resting > 0 ? [countText(resting, 'order')] : []),
    ...(stops > 0 ? [countText(stops, 'conditional order')] : []),
  ];
  return held.length === 0 ? 'nothing' : held.join(', ');
}

/** Orders of both kinds that existed before and were cancelled. Ordinary orders end in no other way in a drill. */
export function cancelledOrders({ before, after, journal }: Evidence): number {
  const orders = before.orders.filter(row => !after.orders.some(left => left.orderId === row.orderId));
  const gone = before.conditionals.filter(row => !after.conditionals.some(left => left.algoId === row.algoId));
  return orders.length + gone.filter(row => wasCancelled(row, journal)).length;
}

/**
 * Whether an executed request cancelled this conditional order, or all orders of its symbol. A stop with closePosition
 * ends by itself when its position is closed.
 */
const wasCancelled = ({ algoId, symbol }: Truth['conditionals'][number], journal: Evidence['journal']): boolean =>
  journal.some(
    ({ method, path, params, executed }) =>
      method === 'DELETE' &&
      executed &&
      (IDS.some(name => params[name] === algoId) || (CANCEL_ALL.test(path) && params.symbol === symbol)),
  );

/** The ID of a conditional order: in its own list, in the previous API's list, among the open orders of COIN-M. */
const IDS = ['algoId', 'strategyId', 'orderId'] as const;

/** Cancelling COIN-M's open orders also cancels the stops among them. */
const CANCEL_ALL = /\/(?:algoOpenOrders|algo\/allOpenOrders|conditional\/allOpenOrders)$|^\/dapi\/v1\/allOpenOrders$/;

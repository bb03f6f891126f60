/** Positions and orders at the exchange, before and after, side by side. Larger positions come first. */

import type { Truth } from '../../../../simulator/engine/accounts/truth.ts';
import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';
import { inColumns } from '../../../terminal/layout.ts';
import { countText } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';

const MOST_ROWS = 24;

interface Row {
  readonly symbol: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly left: boolean;
}

export function beforeAfter(evidence: Evidence, { paint, width }: Screen): readonly string[] {
  const rows = [...positionRows(evidence), ...orderRows(evidence), ...conditionalRows(evidence)];
  const ordered = [...Map.groupBy(rows, ({ symbol }) => symbol).values()].flat();
  // Rows that are still open are always shown, never only counted.
  const byUrgency = ordered.toSorted((a, b) => Number(b.left) - Number(a.left));
  const shown = ordered.length <= MOST_ROWS ? ordered : byUrgency.slice(0, MOST_ROWS);
  const hidden = ordered.filter(row => !shown.includes(row));
  const cells = shown.map((row, index) => [
    row.symbol === shown[index - 1]?.symbol ? '' : row.symbol,
    row.what,
    row.before,
    row.left ? paint.bad(row.after) : paint.good(row.after),
  ]);
  const heading = ['symbol', 'what', 'before', 'after'].map(paint.dim);
  const fate = hidden.some(({ left }) => left) ? 'some of them left' : 'all closed or cancelled';
  return [
    ...inColumns([heading, ...cells], ['left', 'left', 'right', 'left'], { width }),
    ...(hidden.length === 0 ? [] : [paint.dim(`  … and ${countText(hidden.length, 'more row')}, ${fate}`)]),
  ];
}

function positionRows({ before, after, stage }: Evidence): readonly Row[] {
  const key = ({ symbol, positionSide }: Truth['positions'][number]): string => `${symbol} ${positionSide}`;
  const is = new Map(after.positions.map(row => [key(row), row.amount]));
  const was = new Map(before.positions.map(row => [key(row), row.amount]));
  return [...new Map([...before.positions, ...after.positions].map(row => [key(row), row]))].map(([name, row]) => {
    const { symbol, positionSide, amount } = row;
    const isLong = stage.hedge ? positionSide === 'LONG' : !amount.startsWith('-');
    return {
      ...{ symbol, what: isLong ? 'long position' : 'short position', before: was.get(name) ?? 'none' },
      ...{ after: is.get(name) ?? 'closed', left: is.has(name) },
    };
  });
}

function orderRows({ before, after }: Evidence): readonly Row[] {
  const was = new Set(before.orders.map(({ orderId }) => orderId));
  const is = new Set(after.orders.map(({ orderId }) => orderId));
  const filled = new Set(after.fills.map(({ orderId }) => orderId));
  return [...new Map([...before.orders, ...after.orders].map(row => [row.orderId, row])).values()].map(row => {
    const { symbol, orderId, side, positionSide, price, quantity, reduceOnly } = row;
    const isExit =
      reduceOnly || (positionSide === 'LONG' && side === 'SELL') || (positionSide === 'SHORT' && side === 'BUY');
    return {
      ...{ symbol, what: `${side} at ${price}, ${isExit ? 'take-profit' : 'entry'}` },
      ...{ before: was.has(orderId) ? quantity : 'none', left: is.has(orderId) },
      after: is.has(orderId) ? 'still there' : filled.has(orderId) ? 'filled' : 'cancelled',
    };
  });
}

function conditionalRows({ before, after, journal }: Evidence): readonly Row[] {
  const is = new Set(after.conditionals.map(({ algoId }) => algoId));
  return [...new Map([...before.conditionals, ...after.conditionals].map(row => [row.algoId, row])).values()].map(
    row => {
      const { symbol, algoId, side, triggerPrice, quantity, closePosition, reduceOnly } = row;
      const purpose = closePosition || reduceOnly ? 'protective' : 'entry';
      const gone = wasCancelled(row, journal) ? 'cancelled' : 'ended with it';
      return {
        ...{ symbol, what: `stop ${side} at ${triggerPrice}, ${purpose}`, before: closePosition ? 'all' : quantity },
        ...{ after: is.has(algoId) ? 'still there' : gone, left: is.has(algoId) },
      };
    },
  );
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

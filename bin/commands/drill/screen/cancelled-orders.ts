/**
 * What happened to an order, from the exchange's journal. A stop with closePosition ends by itself when its position is
 * closed, so an order that is gone was not always cancelled.
 */

import type { Truth } from '../../../../simulator/engine/accounts/truth.ts';
import type { JournalEntry } from '../../../../simulator/exchange.ts';
import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';

/** Whether an executed request cancelled this order, or all orders of its symbol. */
export function wasCancelled(
  { algoId, symbol }: Pick<Truth['conditionals'][number], 'algoId' | 'symbol'>,
  journal: readonly JournalEntry[],
): boolean {
  return journal.some(
    ({ method, path, params, executed }) =>
      method === 'DELETE' &&
      executed &&
      (IDS.some(name => params[name] === algoId) || (CANCEL_ALL.test(path) && params.symbol === symbol)),
  );
}

/** The ID of a conditional order: in its own list, in the previous API's list, among the open orders of COIN-M. */
const IDS = ['algoId', 'strategyId', 'orderId'] as const;

/** Cancelling COIN-M's open orders also cancels the stops among them. */
const CANCEL_ALL = /\/(?:algoOpenOrders|algo\/allOpenOrders|conditional\/allOpenOrders)$|^\/dapi\/v1\/allOpenOrders$/;

/** Orders of both kinds that existed before and were cancelled. Ordinary orders end in no other way in a drill. */
export function cancelledOrders({ before, after, journal }: Evidence): number {
  const orders = before.orders.filter(row => !after.orders.some(left => left.orderId === row.orderId));
  const gone = before.conditionals.filter(row => !after.conditionals.some(left => left.algoId === row.algoId));
  return orders.length + gone.filter(row => wasCancelled(row, journal)).length;
}

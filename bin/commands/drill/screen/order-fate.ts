/**
 * What became of an order, from the venue's journal. A stop with closePosition ends by itself when its position is
 * closed, so not every order that is gone was cancelled.
 */

import type { Truth } from '../../../../simulator/engine/accounts/truth.ts';
import type { JournalEntry } from '../../../../simulator/exchange.ts';
import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';

/** Whether a request that the venue carried out named it, or all of its symbol. */
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

/** Under which a conditional order goes: in its own list, in the one of before, among the open orders of COIN-M. */
const IDS = ['algoId', 'strategyId', 'orderId'] as const;

/** That of COIN-M's open orders takes along the stops that stand among them. */
const CANCEL_ALL = /\/(?:algoOpenOrders|algo\/allOpenOrders|conditional\/allOpenOrders)$|^\/dapi\/v1\/allOpenOrders$/;

/** Orders of both kinds that were there before and were cancelled. Ordinary ones go no other way in a drill. */
export function cancelledOrders({ before, after, journal }: Evidence): number {
  const orders = before.orders.filter(row => !after.orders.some(left => left.orderId === row.orderId));
  const gone = before.conditionals.filter(row => !after.conditionals.some(left => left.algoId === row.algoId));
  return orders.length + gone.filter(row => wasCancelled(row, journal)).length;
}

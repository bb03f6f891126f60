/**
 * What became of an order, from the venue's journal. A stop with closePosition ends by itself when its position is
 * closed, so not every order that is gone was cancelled.
 */

import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';
import type { Truth } from '../../../../simulator/venue/truth.ts';
import type { JournalEntry } from '../../../../simulator/venue/venue.ts';

/** Whether a request that the venue carried out named it, or all of its symbol. */
export function wasCancelled(
  { algoId, symbol }: Pick<Truth['conditionals'][number], 'algoId' | 'symbol'>,
  journal: readonly JournalEntry[],
): boolean {
  return journal.some(
    ({ method, path, params, executed }) =>
      method === 'DELETE' &&
      executed &&
      (params.algoId === algoId || (path === CANCEL_ALL_CONDITIONALS && params.symbol === symbol)),
  );
}

const CANCEL_ALL_CONDITIONALS = '/fapi/v1/algoOpenOrders';

/** Orders of both kinds that were there before and were cancelled. Ordinary ones go no other way in a drill. */
export function cancelledOrders({ before, after, journal }: Evidence): number {
  const orders = before.orders.filter(row => !after.orders.some(left => left.orderId === row.orderId));
  const gone = before.conditionals.filter(row => !after.conditionals.some(left => left.algoId === row.algoId));
  return orders.length + gone.filter(row => wasCancelled(row, journal)).length;
}

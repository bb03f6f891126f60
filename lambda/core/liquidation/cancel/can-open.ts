/** Which orders can open or enlarge a position, and which can only reduce one. */

import type { ConditionalOrder, OpenOrder } from '../../exchange/model.ts';

/** An unknown side can. */
export function canOpen({
  reduceOnly,
  side,
  positionSide,
}: Pick<OpenOrder, 'reduceOnly' | 'side' | 'positionSide'>): boolean {
  if (reduceOnly) return false;
  return !(positionSide === 'LONG' && side === 'SELL') && !(positionSide === 'SHORT' && side === 'BUY');
}

/** In hedge mode reduce-only cannot be sent, but an order against its position side (SELL+LONG, BUY+SHORT) only reduces. */
export const reducesOnly = (order: ConditionalOrder): boolean => order.closePosition || !canOpen(order);

/** Of the two lists of orders. */
type ListedOrder = OpenOrder | ConditionalOrder;

export const idOf = (row: ListedOrder): string => ('orderId' in row ? row.orderId : row.algoId);

export const opens = (row: ListedOrder): boolean => ('orderId' in row ? canOpen(row) : !reducesOnly(row));

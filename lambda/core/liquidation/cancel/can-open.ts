/** Which orders can open or enlarge a position, and which can only reduce one. */

import type { ConditionalOrder, OpenOrder } from '../../exchange/model.ts';

/** Whether an order can open or enlarge a position. An unknown side can. */
export function canOpen({
  reduceOnly,
  side,
  positionSide,
}: Pick<OpenOrder, 'reduceOnly' | 'side' | 'positionSide'>): boolean {
  if (reduceOnly) return false;
  return !(positionSide === 'LONG' && side === 'SELL') && !(positionSide === 'SHORT' && side === 'BUY');
}

/**
 * Whether a conditional order can only reduce. In hedge mode the reduce-only flag cannot be sent, but an order against
 * its position side (SELL+LONG, BUY+SHORT) reduces by nature.
 */
export const reducesOnly = (order: ConditionalOrder): boolean => order.closePosition || !canOpen(order);

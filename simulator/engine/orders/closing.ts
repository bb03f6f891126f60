/** Which orders close by their form alone: -1008, MIN_NOTIONAL and the symbol's status exempt them. */

import type { PositionSide, Side } from './order-state.ts';

export interface OrderForm {
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly reduceOnly: boolean;
}

/** LONG+SELL or SHORT+BUY: in hedge mode the position side does what reduceOnly does in one-way mode. */
export const isHedgeClose = (order: Omit<OrderForm, 'reduceOnly'>): boolean =>
  (order.positionSide === 'LONG' && order.side === 'SELL') || (order.positionSide === 'SHORT' && order.side === 'BUY');

export const closesByForm = (order: OrderForm): boolean => order.reduceOnly || isHedgeClose(order);

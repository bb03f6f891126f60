/**
 * A limit or market order, from its acceptance to its end. Conditional orders have another list; one that triggers becomes
 * an order here.
 */

import Big from 'big.js';

export type Side = 'BUY' | 'SELL';
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';
/** GTD ends at its goodTillDate, GTE_GTC with its position. */
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD', 'GTE_GTC'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

export interface OrderState {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: 'LIMIT' | 'MARKET';
  /** The conditional type it came from, else its own. */
  readonly origType: string;
  readonly timeInForce: TimeInForce;
  readonly quantity: Big;
  /** Zero for market orders. */
  readonly price: Big;
  readonly stopPrice: Big;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  /** GTD only, by the clock. */
  readonly goodTillMs: number | undefined;
  /** Who placed it, in words for violations. */
  readonly origin: string;
  /** Whether a client sent it, or the conditional order that it was. */
  readonly overTheWire: boolean;
  /** Whether it came over the wire while the account was watched. */
  readonly watched: boolean;
  readonly createdAtMs: number;
  executed: Big;
  /** Σ price × quantity of its fills. */
  quote: Big;
  status: OrderStatus;
  updatedAtMs: number;
}

export const isOpen = (order: OrderState): boolean => order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

export const remaining = (order: OrderState): Big => order.quantity.minus(order.executed);

/** An order as a list that is `lagMs` behind shows it; undefined: not in the list. An ended one is shown as it was. */
export function shownOrder(order: OrderState, nowMs: number, lagMs: number): OrderState | undefined {
  const asOfMs = nowMs - lagMs;
  if (order.overTheWire && order.createdAtMs > asOfMs) return undefined;
  if (isOpen(order)) return order;
  return order.updatedAtMs > asOfMs ? { ...order, status: 'NEW', executed: new Big(0), quote: new Big(0) } : undefined;
}

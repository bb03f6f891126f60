/**
 * A limit or market order, from its acceptance to its end, and its fills. Conditional orders have another list; one that
 * triggers becomes an order here.
 */

import Big from 'big.js';

export type OrderSide = 'BUY' | 'SELL';
export type HeldSide = 'BOTH' | 'LONG' | 'SHORT';
/** GTD ends at its goodTillDate, GTE_GTC with its position. */
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD', 'GTE_GTC'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

export interface ExchangeOrder {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly positionSide: HeldSide;
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

export const isOpenOrder = (order: ExchangeOrder): boolean =>
  order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

/** Of what was filled; zero while nothing is. */
export const averageOf = ({ executed, quote }: Pick<ExchangeOrder, 'executed' | 'quote'>): Big =>
  executed.eq(0) ? executed : quote.div(executed);

export const remaining = (order: ExchangeOrder): Big => order.quantity.minus(order.executed);

/** An order as a list that is `lagMs` behind shows it; undefined: not in the list. An ended one is shown as it was. */
export function shownOrder(order: ExchangeOrder, nowMs: number, lagMs: number): ExchangeOrder | undefined {
  const asOfMs = nowMs - lagMs;
  if (order.overTheWire && order.createdAtMs > asOfMs) return undefined;
  if (isOpenOrder(order)) return order;
  return order.updatedAtMs > asOfMs ? { ...order, status: 'NEW', executed: new Big(0), quote: new Big(0) } : undefined;
}

/** What makes an order close or open. */
export interface OrderForm {
  readonly side: OrderSide;
  readonly positionSide: HeldSide;
  readonly reduceOnly: boolean;
}

/** LONG+SELL or SHORT+BUY: in hedge mode the position side does what reduceOnly does in one-way mode. */
export const isHedgeClose = (order: Omit<OrderForm, 'reduceOnly'>): boolean =>
  (order.positionSide === 'LONG' && order.side === 'SELL') || (order.positionSide === 'SHORT' && order.side === 'BUY');

/** It can only close: -1008, MIN_NOTIONAL and the symbol's status exempt it. */
export const closesByForm = (order: OrderForm): boolean => order.reduceOnly || isHedgeClose(order);

/** A fill, as the history of trades has it. */
export interface TradeState {
  readonly tradeId: number;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly positionSide: HeldSide;
  readonly price: Big;
  readonly quantity: Big;
  readonly realizedPnl: Big;
  readonly commission: Big;
  readonly marginAsset: string;
  readonly maker: boolean;
  readonly atMs: number;
}

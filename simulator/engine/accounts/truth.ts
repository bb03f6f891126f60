/** The real state of an account, without lag and without the wire. For checks, never for clients. */

import { isWaiting } from '../orders/conditional-state.ts';
import { isOpen, type PositionSide, type Side } from '../orders/order-state.ts';
import type { AccountState } from './account.ts';

/** Amounts are decimal strings; only what is open. `fills` are all fills since the account exists, oldest first. */
export interface Truth {
  readonly positions: readonly {
    readonly symbol: string;
    readonly positionSide: PositionSide;
    readonly amount: string;
  }[];
  readonly orders: readonly {
    readonly symbol: string;
    readonly orderId: string;
    readonly clientOrderId: string;
    readonly side: Side;
    readonly positionSide: PositionSide;
    readonly quantity: string;
    readonly executed: string;
    readonly price: string;
    readonly reduceOnly: boolean;
  }[];
  readonly conditionals: readonly {
    readonly symbol: string;
    readonly algoId: string;
    readonly side: Side;
    readonly positionSide: PositionSide;
    readonly type: string;
    readonly quantity: string;
    readonly triggerPrice: string;
    readonly reduceOnly: boolean;
    readonly closePosition: boolean;
    readonly status: string;
  }[];
  readonly fills: readonly {
    readonly symbol: string;
    readonly side: Side;
    readonly positionSide: PositionSide;
    readonly quantity: string;
    readonly price: string;
    readonly realizedPnl: string;
    readonly orderId: string;
    readonly clientOrderId: string;
    readonly atMs: number;
  }[];
}

export function truthOf(account: AccountState): Truth {
  return {
    positions: [...account.positions.values()]
      .filter(position => !position.amount.eq(0))
      .map(({ symbol, positionSide, amount }) => ({ symbol, positionSide, amount: amount.toFixed() })),
    orders: account.orders.filter(isOpen).map(order => ({
      symbol: order.symbol,
      orderId: order.orderId,
      clientOrderId: order.clientOrderId,
      side: order.side,
      positionSide: order.positionSide,
      quantity: order.quantity.toFixed(),
      executed: order.executed.toFixed(),
      price: order.price.toFixed(),
      reduceOnly: order.reduceOnly,
    })),
    conditionals: account.conditionals.filter(isWaiting).map(one => ({
      symbol: one.symbol,
      algoId: one.algoId,
      side: one.side,
      positionSide: one.positionSide,
      type: one.type,
      quantity: one.quantity.toFixed(),
      triggerPrice: one.triggerPrice.toFixed(),
      reduceOnly: one.reduceOnly,
      closePosition: one.closePosition,
      status: one.status,
    })),
    fills: account.trades.map(trade => ({
      symbol: trade.symbol,
      side: trade.side,
      positionSide: trade.positionSide,
      quantity: trade.quantity.toFixed(),
      price: trade.price.toFixed(),
      realizedPnl: trade.realizedPnl.toFixed(),
      orderId: trade.orderId,
      clientOrderId: trade.clientOrderId,
      atMs: trade.atMs,
    })),
  };
}

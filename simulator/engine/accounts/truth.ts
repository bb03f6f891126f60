/** The real state of an account, without lag and without the wire. For checks, never for clients. */

import { isWaiting } from '../orders/conditional-state.ts';
import { isOpenOrder } from '../orders/order-state.ts';
import type { AccountState } from './account.ts';

/** Amounts are decimal strings; only what is open. `fills` are all fills since the account exists, oldest first. */
export type Truth = ReturnType<typeof truthOf>;

export function truthOf(account: AccountState) {
  return {
    positions: [...account.positions.values()]
      .filter(position => !position.amount.eq(0))
      .map(({ symbol, positionSide, amount }) => ({ symbol, positionSide, amount: amount.toFixed() })),
    orders: account.orders
      .filter(isOpenOrder)
      .map(({ symbol, orderId, clientOrderId, side, positionSide, quantity, executed, price, reduceOnly }) => ({
        ...{ symbol, orderId, clientOrderId, side, positionSide, reduceOnly },
        ...{ quantity: quantity.toFixed(), executed: executed.toFixed(), price: price.toFixed() },
      })),
    conditionals: account.conditionals
      .filter(isWaiting)
      .map(({ symbol, algoId, side, positionSide, type, reduceOnly, closePosition, status, ...amounts }) => ({
        ...{ symbol, algoId, side, positionSide, type, reduceOnly, closePosition, status },
        ...{ quantity: amounts.quantity.toFixed(), triggerPrice: amounts.triggerPrice.toFixed() },
      })),
    fills: account.trades.map(({ symbol, side, positionSide, orderId, clientOrderId, atMs, ...amounts }) => ({
      ...{ symbol, side, positionSide, orderId, clientOrderId, atMs, quantity: amounts.quantity.toFixed() },
      ...{ price: amounts.price.toFixed(), realizedPnl: amounts.realizedPnl.toFixed() },
    })),
  };
}

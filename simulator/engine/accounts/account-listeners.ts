/** Tells the listeners of an account what changes in it, as it changes. */

import type { ExchangeConditional } from '../orders/conditional-state.ts';
import { type ExchangeOrder, isOpenOrder, type TradeState } from '../orders/order-state.ts';
import type { AccountChange, AccountState } from './account.ts';

/** They must read what they need at once: what a change names goes on changing. */
export function announce(account: AccountState, change: AccountChange): void {
  for (const listener of account.listeners) listener(change);
}

/** A new order, a fill or an end. A conditional order whose order has ended is FINISHED. */
export function announceOrder(account: AccountState, order: ExchangeOrder, atMs: number, trade?: TradeState): void {
  announce(account, { kind: 'order', order, trade, atMs });
  if (isOpenOrder(order) || order.origType === order.type) return;
  const conditional = account.conditionals.find(({ actualOrderId }) => actualOrderId === order.orderId);
  if (conditional === undefined) return;
  conditional.status = 'FINISHED';
  announce(account, { kind: 'conditional', conditional, atMs });
}

/** Ends an order that did not fill. */
export function end(account: AccountState, order: ExchangeOrder, status: 'CANCELED' | 'EXPIRED', atMs: number): void {
  order.status = status;
  order.updatedAtMs = atMs;
  announceOrder(account, order, atMs);
}

export function changeConditional(
  account: AccountState,
  conditional: ExchangeConditional,
  status: ExchangeConditional['status'],
  atMs: number,
): void {
  conditional.status = status;
  conditional.updatedAtMs = atMs;
  announce(account, { kind: 'conditional', conditional, atMs });
}

/**
 * The venue's own watch over a client that claims it can only reduce: every fill of an order that came over the wire
 * since `watch()` and left a position bigger than before, or on its other side, is written down in words.
 */

import type Big from 'big.js';
import type { AccountState } from './account.ts';
import type { OrderState } from './order-state.ts';

export function judge(account: AccountState, order: OrderState, before: Big, after: Big): void {
  if (!order.watched) return;
  const what = verdict(before, after);
  if (what === undefined) return;
  account.violations.push(
    `${order.origin} ${order.orderId} (client id ${order.clientOrderId}): ${order.side} ${order.symbol} ` +
      `${order.positionSide} ${what} the position, from ${before.toFixed()} to ${after.toFixed()}`,
  );
}

function verdict(before: Big, after: Big): 'opened' | 'enlarged' | 'flipped' | undefined {
  if (after.eq(0)) return undefined;
  if (before.eq(0)) return 'opened';
  if (before.times(after).lt(0)) return 'flipped';
  return after.abs().gt(before.abs()) ? 'enlarged' : undefined;
}

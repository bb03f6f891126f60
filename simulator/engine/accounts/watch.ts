/**
 * The record of every position, and the exchange's own watch over a client that claims it can only reduce: every fill of
 * an order that came over the wire since `watch()` and left a position bigger than before, or on its other side, is
 * written down in words.
 */

import type Big from 'big.js';
import type { OrderState } from '../orders/order-state.ts';
import type { AccountState } from './account.ts';
import { effectOf, isForbidden } from './position-move.ts';
import type { PositionState } from './positions.ts';

export function recordMove(
  account: AccountState,
  { symbol, positionSide }: PositionState,
  move: {
    readonly before: Big;
    readonly after: Big;
    readonly atMs: number;
    readonly order: OrderState | undefined;
  },
): void {
  const { before, after, atMs, order } = move;
  const effect = effectOf(before, after);
  account.moves.push({
    atMs,
    symbol,
    positionSide,
    before: before.toFixed(),
    after: after.toFixed(),
    effect,
    origin: order?.origin ?? 'stage',
    overTheWire: order?.overTheWire ?? false,
    orderId: order?.orderId,
    clientOrderId: order?.clientOrderId,
  });
  if (order?.watched !== true || !isForbidden(effect)) return;
  account.violations.push(
    `${order.origin} ${order.orderId} (client id ${order.clientOrderId}): ${order.side} ${order.symbol} ` +
      `${order.positionSide} ${effect} the position, from ${before.toFixed()} to ${after.toFixed()}`,
  );
}

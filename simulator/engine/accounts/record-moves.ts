/**
 * Records every change of a position. Since `watch()`, each fill of a client's order that opened, enlarged or flipped a
 * position is also recorded as a violation, in words.
 */

import type Big from 'big.js';
import type { ExchangeOrder } from '../orders/order-state.ts';
import type { AccountState } from './account.ts';
import { isForbidden, moveEffectOf } from './position-move.ts';
import type { PositionState } from './positions.ts';

export function recordMove(
  account: AccountState,
  { symbol, positionSide }: PositionState,
  move: {
    readonly before: Big;
    readonly after: Big;
    readonly atMs: number;
    readonly order: ExchangeOrder | undefined;
  },
): void {
  const { before, after, atMs, order } = move;
  const effect = moveEffectOf(before, after);
  const { origin = 'stage', overTheWire = false, orderId, clientOrderId } = order ?? {};
  account.moves.push({
    ...{ atMs, symbol, positionSide, before: before.toFixed(), after: after.toFixed(), effect },
    ...{ origin, overTheWire, orderId, clientOrderId },
  });
  if (order?.watched !== true || !isForbidden(effect)) return;
  account.violations.push(
    `${order.origin} ${order.orderId} (client id ${order.clientOrderId}): ${order.side} ${order.symbol} ` +
      `${order.positionSide} ${effect} the position, from ${before.toFixed()} to ${after.toFixed()}`,
  );
}

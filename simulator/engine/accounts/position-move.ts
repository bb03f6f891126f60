/** A change of a position, as the exchange records it, and the positions at an instant. */

import Big from 'big.js';
import type { HeldSide } from '../orders/order-state.ts';

/** A liquidation must never have `opened`, `enlarged` or `flipped`. */
type MoveEffect = 'opened' | 'enlarged' | 'flipped' | 'reduced' | 'closed';

/** Amounts are signed decimal strings, instants the clock's. */
export interface PositionMove {
  readonly atMs: number;
  readonly symbol: string;
  readonly positionSide: HeldSide;
  readonly before: string;
  readonly after: string;
  readonly effect: MoveEffect;
  /** `POST /fapi/v1/order`, `set-up order`, `others`, `stage` …; a triggered order names what placed it. */
  readonly origin: string;
  /** Whether an order of a client made it, sent over the wire. */
  readonly overTheWire: boolean;
  readonly orderId: string | undefined;
  readonly clientOrderId: string | undefined;
}

/** An open position; `amount` is a decimal string, never zero. */
export interface PositionAt {
  readonly symbol: string;
  readonly positionSide: HeldSide;
  readonly amount: string;
}

export function moveEffectOf(before: Big, after: Big): MoveEffect {
  if (after.eq(0)) return 'closed';
  if (before.eq(0)) return 'opened';
  if (before.times(after).lt(0)) return 'flipped';
  return after.abs().gt(before.abs()) ? 'enlarged' : 'reduced';
}

export const isForbidden = (effect: MoveEffect): boolean => effect !== 'reduced' && effect !== 'closed';

/** The positions that were open at `atMs`, the moves of that very instant included. */
export function positionsAt(moves: readonly PositionMove[], atMs: number): readonly PositionAt[] {
  const held = new Map<string, PositionAt>();
  for (const { symbol, positionSide, after, ...move } of moves) {
    if (move.atMs <= atMs) held.set(`${symbol} ${positionSide}`, { symbol, positionSide, amount: after });
  }
  return [...held.values()].filter(({ amount }) => !new Big(amount).eq(0));
}

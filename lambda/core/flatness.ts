/** Is the account flat, as far as the configuration asks? Unknown is never flat. */

import type { ConditionalOrder, Position, Scope, Snapshot } from './model.ts';
import { inScope, isProtective } from './plan.ts';

export interface Leftover {
  /** False when a list that matters could not be read: then nothing else here can be believed. */
  readonly verified: boolean;
  readonly positions: readonly Position[];
  /** Orders of both kinds that the configuration asks to cancel and that are still there. */
  readonly orders: number;
  readonly conditionals: readonly ConditionalOrder[];
}

/** What of the scope is left in a snapshot. */
export function leftover(snapshot: Snapshot, scope: Scope): Leftover {
  const positions = (snapshot.positions ?? []).filter(row => inScope(scope, row.symbol));
  const ordersKnown = snapshot.orders !== undefined && snapshot.conditionals !== undefined;
  // Positions matter even when they are not ours to close: protection of one that stays is left in place.
  return {
    verified: snapshot.positions !== undefined && (ordersKnown || !scope.cancelOrders),
    positions,
    orders: scope.cancelOrders ? countOrders(snapshot, scope, positions) : 0,
    conditionals: snapshot.conditionals ?? [],
  };
}

/** Positions that the configuration leaves alone do not keep an account from being flat. */
export function isFlat(left: Leftover, scope: Scope): boolean {
  return left.verified && (left.positions.length === 0 || !scope.closePositions) && left.orders === 0;
}

function countOrders(snapshot: Snapshot, scope: Scope, positions: readonly Position[]): number {
  const held = new Set(positions.map(row => row.symbol));
  const kept = (symbol: string): boolean => !scope.closePositions && held.has(symbol);
  const orders = (snapshot.orders ?? []).filter(row => inScope(scope, row.symbol));
  const conditionals = (snapshot.conditionals ?? []).filter(
    row => inScope(scope, row.symbol) && !(kept(row.symbol) && isProtective(row)),
  );
  return orders.length + conditionals.length;
}

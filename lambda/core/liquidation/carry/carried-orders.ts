/**
 * Orders that one attempt saw and did not see gone. The next attempt of the run takes them up: those that its first list
 * no longer shows are counted if they were cancelled, and asked for by their ID if they could open a position.
 */

import { canOpen, reducesOnly } from '../cancel/can-open.ts';
import { vanished } from '../cancel/entries.ts';
import type { GoneOrder } from '../cancel/entry.ts';
import type { EngineState } from '../state.ts';
import type { CarriedOrder } from './carried.ts';

/** More than these are neither counted nor asked for: the record that carries them has its limits. */
const MOST_ORDERS = 300;

export function ordersLeftBy(state: EngineState): readonly CarriedOrder[] {
  const orders = state.lists.orders.latest?.rows ?? [];
  const conditionals = state.lists.conditionals.latest?.rows ?? [];
  const wasCancelled = (symbol: string, work: 'cancelOrders' | 'cancelConditionals', id: string): boolean =>
    state.symbols.get(symbol)?.[work].covered.has(id) ?? false;
  const listed = [
    ...orders.map((row): CarriedOrder => {
      const { symbol, orderId: id } = row;
      return { symbol, id, kind: 'order', opens: canOpen(row), cancelled: wasCancelled(symbol, 'cancelOrders', id) };
    }),
    ...conditionals.map((row): CarriedOrder => {
      const { symbol, algoId: id } = row;
      const cancelled = wasCancelled(symbol, 'cancelConditionals', id);
      return { symbol, id, kind: 'conditional', opens: !reducesOnly(row), cancelled };
    }),
  ];
  // Those that vanished were counted when they did.
  const unexplained = [...state.entries.values()]
    .filter(({ outcome }) => outcome === 'unknown')
    .map(({ symbol, id, kind }): CarriedOrder => ({ symbol, id, kind, opens: true, cancelled: false }));
  return [...unexplained, ...listed, ...state.carried.orders].slice(0, MOST_ORDERS);
}

/** Settles the carried orders of this kind once both they and a list of the kind are known. */
export function afterCarriedOrders(state: EngineState, kind: GoneOrder['kind'], atMs: number): EngineState {
  const { carried, lists } = state;
  const own = carried.orders.filter(one => one.kind === kind);
  const shown =
    kind === 'order'
      ? lists.orders.latest?.rows.map(row => row.orderId)
      : lists.conditionals.latest?.rows.map(row => row.algoId);
  if (shown === undefined || own.length === 0) return state;
  const there = new Set(shown);
  const gone = own.filter(one => !there.has(one.id));
  const cancelled = gone.filter(one => one.cancelled).length;
  const settled: EngineState = {
    ...state,
    carried: { ...carried, orders: carried.orders.filter(one => one.kind !== kind) },
    counts: { ...state.counts, ordersCancelled: state.counts.ordersCancelled + cancelled },
  };
  return vanished(
    settled,
    kind,
    gone.filter(one => one.opens),
    there,
    atMs,
  );
}

/**
 * Orders that an attempt saw and did not see gone. Those that the first list of the next attempt no longer shows are counted
 * if they were cancelled, and queried by ID if they could open a position.
 */

import { idOf, opens } from '../cancel/can-open.ts';
import { vanished } from '../cancel/entries.ts';
import type { GoneOrder } from '../cancel/gone-order.ts';
import type { EngineState } from '../state.ts';
import type { CarriedOrder } from './carried.ts';

/** More are neither counted nor queried: the record that carries them has a size limit. */
const MOST_ORDERS = 300;

export function ordersLeftBy(state: EngineState): readonly CarriedOrder[] {
  const { orders, conditionals } = state.lists;
  const rows = [...(orders.latest?.rows ?? []), ...(conditionals.latest?.rows ?? [])];
  const listed = rows.map((row): CarriedOrder => {
    const { symbol } = row;
    const id = idOf(row);
    const kind = 'orderId' in row ? 'order' : 'conditional';
    const work = state.symbols.get(symbol)?.[kind === 'order' ? 'cancelOrders' : 'cancelConditionals'];
    return { symbol, id, kind, opens: opens(row), cancelled: work?.accepted.has(id) ?? false };
  });
  // Those that vanished were counted then.
  const unexplained = [...state.entries.values()]
    .filter(({ outcome }) => outcome === 'unknown')
    .map(({ symbol, id, kind }): CarriedOrder => ({ symbol, id, kind, opens: true, cancelled: false }));
  return [...unexplained, ...listed, ...state.carried.orders].slice(0, MOST_ORDERS);
}

/** Settles the carried orders of this kind once both they and a list of the kind are there. */
export function afterCarriedOrders(state: EngineState, kind: GoneOrder['kind'], atMs: number): EngineState {
  const { carried, lists } = state;
  const own = carried.orders.filter(one => one.kind === kind);
  const { latest } = kind === 'order' ? lists.orders : lists.conditionals;
  if (latest === undefined || own.length === 0) return state;
  const there = new Set(latest.rows.map(idOf));
  const gone = own.filter(one => !there.has(one.id));
  const ordersCancelled = state.counts.ordersCancelled + gone.filter(one => one.cancelled).length;
  const settled: EngineState = {
    ...state,
    carried: { ...carried, orders: carried.orders.filter(one => one.kind !== kind) },
    counts: { ...state.counts, ordersCancelled },
  };
  const opening = gone.filter(one => one.opens);
  return vanished(settled, kind, opening, atMs);
}

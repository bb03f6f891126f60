/** What is left of the scope, by the newest lists. Unknown is never flat. */

import type { ConditionalOrder, Position, Scope } from '../../exchange/model.ts';
import { reducesOnly } from '../cancel/can-open.ts';
import type { EngineState } from '../state.ts';
import type { ListName } from './list-view.ts';

export interface Leftover {
  /** False when a list that matters was not read, or not whole, or something was sent after it. */
  readonly verified: boolean;
  readonly positions: readonly Position[];
  /** Orders of all kinds that the configuration asks to cancel and that are still there. */
  readonly orders: number;
  /** Undefined when the list was not read. */
  readonly conditionals: readonly ConditionalOrder[] | undefined;
  /** When the oldest of these lists was requested; undefined if the positions were never read. */
  readonly seenAtMs: number | undefined;
  /** Lists that matter and were never read. */
  readonly neverRead: readonly ListName[];
}

export const inScope = (scope: Scope, symbol: string): boolean =>
  scope.symbols === undefined || scope.symbols.includes(symbol);

/** The lists that matter. With `cancel_orders = false` orders may stay, and need not be read. */
export const neededLists = ({ cancelOrders }: Scope): readonly ('positions' | 'orders' | 'conditionals')[] =>
  cancelOrders ? ['positions', 'orders', 'conditionals'] : ['positions'];

export function leftover(state: EngineState): Leftover {
  const { positions, orders, conditionals, strategies } = state.lists;
  const { scope } = state.job;
  const names = neededLists(scope);
  const neverRead = names.filter(name => state.lists[name].latest === undefined);
  const read = names.flatMap(name => state.lists[name].latest ?? []);
  const seenAtMs = positions.latest === undefined ? undefined : Math.min(...read.map(one => one.sentAtMs));
  const isWhole = neverRead.length === 0 && read.every(one => one.unread.length === 0);
  const rows = positions.latest?.rows ?? [];
  const held = new Set(rows.map(row => row.symbol));
  // Stops of a position that the configuration leaves are left as well.
  const isKept = (row: ConditionalOrder): boolean => !scope.closePositions && held.has(row.symbol) && reducesOnly(row);
  const count =
    (orders.latest?.rows.length ?? 0) +
    (conditionals.latest?.rows.filter(row => !isKept(row)).length ?? 0) +
    (strategies.latest?.rows.length ?? 0);
  return {
    verified: isWhole && (seenAtMs ?? 0) >= state.changedAtMs && !(rows.length > 0 && isClosing(state)),
    positions: rows,
    orders: scope.cancelOrders ? count : 0,
    conditionals: conditionals.latest?.rows,
    seenAtMs,
    neverRead,
  };
}

/** A close on its way can change what was read. */
const isClosing = ({ pending }: EngineState): boolean => pending.all().some(({ request }) => request.kind === 'close');

/** Positions that the configuration leaves do not keep an account from being flat. */
export const isClear = (left: Pick<Leftover, 'positions' | 'orders'>, scope: Scope): boolean =>
  (left.positions.length === 0 || !scope.closePositions) && left.orders === 0;

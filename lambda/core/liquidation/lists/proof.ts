/**
 * What is left of the scope by the newest lists (unknown is never flat), and when the account is proven flat.
 *
 *   complete flat read ── at least 500 ms ── another, sent after the last fill ──▶ proven, if every entry is explained
 *
 * Positions lag behind fills and lists miss orders for a while, so two reads a few milliseconds apart count as one. A read
 * is complete when every needed list was read without an unreadable row. A close on its way can only reduce.
 */

import type { ConditionalOrder, Position, Scope } from '../../exchange/model.ts';
import { reducesOnly } from '../cancel/can-open.ts';
import { areExplained } from '../cancel/entries.ts';
import type { EngineState } from '../state.ts';
import type { ListName } from './list-view.ts';

/** From the end of the first read to the start of the second. */
export const PROOF_GAP_MS = 500;

/** After a list was merged, or an entry explained: does this begin, confirm or end the proof? */
export function withProof(state: EngineState): EngineState {
  const read = completeRead(state);
  if (read === undefined) return state;
  if (!isClear(leftover(state), state.job.scope))
    return state.flatAtMs === undefined ? state : { ...state, flatAtMs: undefined, provenAtMs: undefined };
  if (read.startMs < state.changedAtMs) return state;
  if (state.flatAtMs === undefined) return { ...state, flatAtMs: read.endMs };
  const isSecond = read.startMs >= state.flatAtMs + PROOF_GAP_MS;
  return isSecond && areExplained(state, read.startMs) ? { ...state, provenAtMs: read.endMs } : state;
}

/** Undefined while a list was not read, or has an unreadable row. */
function completeRead(state: EngineState): { readonly startMs: number; readonly endMs: number } | undefined {
  const lists = neededLists(state.job.scope).map(name => state.lists[name].latest);
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = 0;
  for (const list of lists) {
    if (list === undefined || list.unread.length > 0) return undefined;
    startMs = Math.min(startMs, list.sentAtMs);
    endMs = Math.max(endMs, list.answeredAtMs);
  }
  return { startMs, endMs };
}

/** The earliest time at which the next read can advance the proof. */
export function nextConfirmationReadAtMs(state: EngineState): number {
  if (state.flatAtMs === undefined) return state.changedAtMs;
  const explainedAtMs = state.entries.shelves.map(shelf => shelf.summary().explainedAtMs);
  return Math.max(state.flatAtMs + PROOF_GAP_MS, state.changedAtMs, ...explainedAtMs);
}

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
const neededLists = ({ cancelOrders }: Scope): readonly ('positions' | 'orders' | 'conditionals')[] =>
  cancelOrders ? ['positions', 'orders', 'conditionals'] : ['positions'];

export function leftover(state: EngineState): Leftover {
  const { positions, orders, conditionals, twapOrders } = state.lists;
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
    (twapOrders.latest?.rows.length ?? 0);
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

/**
 * When an account is proven flat.
 *
 *   whole flat read ── at least 500 ms ── another, sent after the last fill ──▶ proven, if every entry is explained
 *
 * Positions read over REST lag behind fills and lists forget orders for a while, so two reads a few milliseconds apart
 * are one read. A read is complete when every list was read without an unreadable row. A close of ours that is still on its
 * way does not stand in the way: it can only reduce.
 */

import { areExplained } from '../cancel/entries.ts';
import type { EngineState } from '../state.ts';
import { isClear, leftover } from './leftover.ts';

/** From the end of the first read to the start of the second. */
export const PROOF_GAP_MS = 500;

/** The lists that a read consists of. With `cancel_orders = false` orders may stay, and need not be read. */
export const proofLists = ({ job }: EngineState): readonly ('positions' | 'orders' | 'conditionals')[] =>
  job.scope.cancelOrders ? ['positions', 'orders', 'conditionals'] : ['positions'];

/** After a list was merged, or an entry explained: does this begin, confirm or end the proof? */
export function afterWholeRead(state: EngineState): EngineState {
  const look = wholeRead(state);
  if (look === undefined) return state;
  if (!isClear(leftover(state), state.job.scope))
    return state.flatAtMs === undefined ? state : { ...state, flatAtMs: undefined };
  if (look.startMs < state.changedAtMs) return state;
  if (state.flatAtMs === undefined) return { ...state, flatAtMs: look.endMs };
  const isSecond = look.startMs >= state.flatAtMs + PROOF_GAP_MS;
  return isSecond && areExplained(state, look.startMs) ? { ...state, provenAtMs: look.endMs } : state;
}

interface WholeRead {
  readonly startMs: number;
  readonly endMs: number;
}

/** Undefined while a list was not read, or has a row that cannot be. */
function wholeRead(state: EngineState): WholeRead | undefined {
  const lists = proofLists(state).map(name => state.lists[name].latest);
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

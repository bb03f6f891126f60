/**
 * When an account is proven flat.
 *
 *   complete flat read ── at least 500 ms ── another, sent after the last fill ──▶ proven, if every entry is explained
 *
 * Positions lag behind fills and lists miss orders for a while, so two reads a few milliseconds apart count as one. A read
 * is complete when every needed list was read without an unreadable row. A close on its way can only reduce.
 */

import { areExplained } from '../cancel/entries.ts';
import type { EngineState } from '../state.ts';
import { isClear, leftover, neededLists } from './leftover.ts';

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

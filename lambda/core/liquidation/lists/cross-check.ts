/**
 * Cross-check of a flat read: a broken endpoint may show no positions twice, so the older version of the endpoint is read once
 * after the first flat read.
 *
 *   flat read ── 500 ms ── second read ─▶ proven
 *            └── older endpoint: a position that was never seen? ─▶ closed, and it is read instead from now on
 *
 * Nothing waits for its answer, and a failure is ignored. The older endpoint may be behind: it hides nothing
 * that the newer one has shown, and if the exchange finds nothing to close, the newer one was right.
 */

import type { Failure } from '../../exchange/failure.ts';
import type { Position, Rows } from '../../exchange/model.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import type { EngineState } from '../state.ts';
import { afterList } from './merge-list.ts';
import { inScope } from './proof.ts';
import { isSamePosition } from './stays.ts';

const CROSS_CHECK = { kind: 'positions', older: true, crossCheck: true } as const;

/** At most one request. Only fapi has an older version of the endpoint. */
export const wantCrossCheck = ({ job, lists, flatAtMs, crossCheck }: EngineState): readonly ExchangeRequest[] => {
  const isDue = flatAtMs !== undefined && crossCheck === 'due' && lists.positions.older !== 'asked';
  return isDue && job.market.api === 'fapi' && job.scope.closePositions ? [CROSS_CHECK] : [];
};

export function afterCrossCheck(state: EngineState, { rows }: Rows<Position>, atMs: number): EngineState {
  const isHidden = (row: Position): boolean =>
    inScope(state.job.scope, row.symbol) && !state.stays.some(({ first }) => isSamePosition(first, row));
  const found = rows.filter(isHidden);
  if (found.length === 0) return state;
  const hidden = found.map(({ symbol }) => ({ symbol, problem: 'the newer endpoint does not have it' }));
  const positions = { ...state.lists.positions, older: 'asked', hidden } as const;
  const next: EngineState = { ...state, crossCheck: 'found', lists: { ...state.lists, positions } };
  // Newer than what hid them, even if it comes late.
  return afterList(next, 'positions', { rows: found, unread: [] }, { sentAtMs: atMs, atMs, older: true });
}

/** The first close of what only the older endpoint shows was refused, because there is nothing to close: it is forgotten. */
export function withoutStaleRow(state: EngineState, symbol: string, { reason }: Failure, atMs: number): EngineState {
  if (state.crossCheck !== 'found' || !FINDS_NOTHING.has(reason)) return state;
  const { positions } = state.lists;
  const stale = state.stays.find(stay => stay.first.symbol === symbol && stay.goneAtMs === undefined);
  if (!positions.hidden.some(row => row.symbol === symbol) || stale?.orders.length !== 1) return state;
  const hidden = positions.hidden.filter(row => row.symbol !== symbol);
  const older = hidden.length === 0 ? 'untried' : positions.older;
  // It was never there: neither closed nor opened again.
  const stays = state.stays.filter(stay => stay !== stale);
  return {
    ...state,
    stays,
    lists: { ...state.lists, positions: { ...positions, hidden, older, wantedSinceMs: atMs } },
  };
}

const FINDS_NOTHING: ReadonlySet<Failure['reason']> = new Set(['reduce-only-rejected', 'not-trading']);

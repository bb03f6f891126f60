/**
 * A second witness of a flat account. An endpoint whose index is broken shows the same nothing twice, and two reads of it
 * are one witness. So after the first flat read the endpoint of the version before is asked once, while the proof waits:
 *
 *   flat read ── 500 ms ── second read ─▶ proven
 *            └── older endpoint: a position that was never seen? ─▶ closed, and it is read instead from now on
 *
 * Nothing waits for its answer, and a failure says nothing. What the newer endpoint has shown it does not hide, so the older
 * one, which may be behind, is not asked about that.
 */

import type { Position, Rows } from '../../exchange/model.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import type { EngineState } from '../state.ts';
import { inScope } from './leftover.ts';
import { afterList } from './merge-list.ts';
import { isSamePosition } from './stays.ts';

const WITNESS = { kind: 'positions', older: true, witness: true } as const;

/** At most one request. Only fapi has an endpoint of the version before. */
export const wantWitness = ({ job, lists, flatAtMs, witnessAsked }: EngineState): readonly ExchangeRequest[] => {
  const isDue = flatAtMs !== undefined && !witnessAsked && lists.positions.older !== 'asked';
  return isDue && job.market.api === 'fapi' && job.scope.closePositions ? [WITNESS] : [];
};

export function afterWitness(state: EngineState, { rows }: Rows<Position>, atMs: number): EngineState {
  const isHidden = (row: Position): boolean =>
    inScope(state.job.scope, row.symbol) && !state.stays.some(({ first }) => isSamePosition(first, row));
  const found = rows.filter(isHidden);
  if (found.length === 0) return state;
  const hidden = found.map(({ symbol }) => ({ symbol, problem: 'the newer endpoint does not have it' }));
  const positions = { ...state.lists.positions, older: 'asked', hidden } as const;
  const believed = { ...state, lists: { ...state.lists, positions } };
  // Newer than what hid them, however late it comes.
  return afterList(believed, 'positions', { rows: found, unread: [] }, { sentAtMs: atMs, atMs, older: true });
}

/** A list that could not be read, or not whole: when it is read again. */

import type { Failure } from '../../exchange/failure.ts';
import type { Step } from '../../exchange/next-step.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import type { EngineState, Job } from '../state.ts';
import { backoffMs, DUPLICATE_READ_MIN_MS } from '../timing.ts';
import { asksOlder, type ListRequestKind, type ListState, type ListView, listNameOf } from './list-view.ts';

export function afterListFailed(
  state: EngineState,
  request: Extract<ExchangeRequest, { kind: ListRequestKind }>,
  step: Step,
  failure: Failure,
  atMs: number,
  id: number,
): EngineState {
  const name = listNameOf(request.kind);
  const list = state.lists[name];
  const failures = list.failures + 1;
  // The older version of the endpoint may not exist, which says nothing about the newer one.
  const isOlder = request.kind === 'positions' && request.older === true;
  // After a dead connection ask again at once; not after two in a row.
  const repairs = (step === 'again' && failures === 1) || step === 'set-clock' || step === 'read-secret';
  const isFinal =
    step === 'give-up' ||
    (step === 'later' && failures > MOST_REFUSALS && !isOlder) ||
    (name === 'twapOrders' && failures > 1);
  // Two endpoints that are read in turn are one round.
  const rounds = isOlder ? failures / 2 : failures;
  const grownMs = Math.min(
    name === 'positions' ? POSITIONS_PAUSE_MAX_MS : LIST_PAUSE_MAX_MS,
    backoffMs(state.job.retryDelayMs, rounds, (id % 10) / 10),
  );
  const next = { ...(list as ListState<never>), failures, failure };
  // After the first failure, or before the other endpoint is asked, the next read does not wait longer than a duplicate.
  const isSoon = failures === 1 || (name === 'positions' && asksOlder(next));
  const pauseMs = failure.retryAfterMs ?? (isSoon ? Math.min(DUPLICATE_READ_MIN_MS, grownMs) : grownMs);
  const paused: ListState<never> = {
    ...next,
    notBeforeMs: repairs ? atMs : atMs + pauseMs,
    exhausted: list.exhausted || isFinal,
  };
  return { ...state, lists: { ...state.lists, [name]: paused } };
}

/** After so many refusals in a row a list is not read again in this attempt. */
const MOST_REFUSALS = 3;
/** Closes depend on the positions, and their weight is small; the lists of orders cost eight times as much. */
const POSITIONS_PAUSE_MAX_MS = 1_000;
const LIST_PAUSE_MAX_MS = 2_000;

/** A page is missing: the list is read again like one that failed, while the page that came is used as a whole list. */
export function withPageMissing<Row>(
  { retryDelayMs, jitter }: Job,
  { failures: before }: ListState<Row>,
  read: ListState<Row>,
  { certainty, retryAfterMs }: Failure,
  { sentAtMs, answeredAtMs }: ListView<Row>,
): ListState<Row> {
  const failures = before + 1;
  const isFinal = certainty === 'refused' && failures > MOST_REFUSALS;
  if (isFinal || read.wantedSinceMs > sentAtMs) return { ...read, failures };
  const pauseMs = retryAfterMs ?? Math.min(LIST_PAUSE_MAX_MS, backoffMs(retryDelayMs, failures, jitter));
  return { ...read, failures, wantedSinceMs: answeredAtMs + pauseMs };
}

/** A list that could not be read, or not whole: when it is read again, and when no more. */

import type { Failure } from '../../exchange/failure.ts';
import type { Step } from '../../exchange/next-step.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import type { Job } from '../job.ts';
import type { EngineState } from '../state.ts';
import { backoffMs, HEDGE_MIN_MS } from '../timing.ts';
import { asksOlder, type ListRequestKind, type ListState, type ListView, listNameOf } from './list-view.ts';

export function afterListFailed(
  state: EngineState,
  request: Extract<ExchangeRequest, { kind: ListRequestKind }>,
  step: Step,
  failure: Failure,
  atMs: number,
  salt: number,
): EngineState {
  const name = listNameOf(request.kind);
  const list = state.lists[name];
  const failures = list.failures + 1;
  // The version before may not be there at all, which says nothing about the newer one.
  const isOlder = request.kind === 'positions' && request.older === true;
  // A dead connection is a reason to ask again at once, two in a row are not.
  const repairs = (step === 'again' && failures === 1) || step === 'set-clock' || step === 'read-secret';
  const isFinal =
    step === 'give-up' ||
    (step === 'later' && failures > MOST_REFUSALS && !isOlder) ||
    (name === 'strategies' && failures > 1);
  // Two endpoints that are asked in turn are one round.
  const rounds = isOlder ? failures / 2 : failures;
  const grownMs = Math.min(
    name === 'positions' ? POSITIONS_PAUSE_MAX_MS : LIST_PAUSE_MAX_MS,
    backoffMs(state.job.retryDelayMs, rounds, (salt % 10) / 10),
  );
  const next = { ...(list as ListState<never>), failures, failure };
  // One failure is no reason to leave a read for longer than one that has not answered, nor is it where the next one
  // asks another endpoint.
  const isSoon = failures === 1 || (name === 'positions' && asksOlder(next));
  const pauseMs = failure.retryAfterMs ?? (isSoon ? Math.min(HEDGE_MIN_MS, grownMs) : grownMs);
  const paused: ListState<never> = {
    ...next,
    notBeforeMs: repairs ? atMs : atMs + pauseMs,
    exhausted: list.exhausted || isFinal,
  };
  return { ...state, lists: { ...state.lists, [name]: paused } };
}

/** A list whose endpoint is refused so often in a row is not asked for again in this attempt. */
const MOST_REFUSALS = 3;
/** Closes hang on the positions, and their weight is small; the lists of orders cost eight times as much. */
const POSITIONS_PAUSE_MAX_MS = 1_000;
const LIST_PAUSE_MAX_MS = 2_000;

/**
 * A page of the list is missing: it is read again like a list that failed, as long as that may help. What its other page
 * shows is polled meanwhile as if nothing was missing.
 */
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

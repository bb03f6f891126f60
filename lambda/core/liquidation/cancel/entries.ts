/**
 * Orders that could open a position and are no longer listed: cancelled, or filled? Positions lag behind fills, so each is
 * queried by its ID before the account is proven flat. One that filled must be seen as a position and go, or be old enough
 * for every list to show it.
 */

import { isZero } from '../../exchange/amount.ts';
import type { Failure } from '../../exchange/failure.ts';
import type { ConditionalState, OrderState } from '../../exchange/model.ts';
import type { Step } from '../../exchange/next-step.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import { isBeingRepaired } from '../account-faults.ts';
import type { EngineState } from '../state.ts';
import { NO_WORK } from '../symbols/symbol-work.ts';
import { withSymbol } from '../symbols/symbols.ts';
import { afterFailure, isDueOrSilent, timerOrSilenceOf, withRequest } from '../work.ts';
import { type GoneOrder, LAG_MS } from './gone-order.ts';

type OrderQuery = Extract<ExchangeRequest, { kind: 'order' | 'conditional-order' }>;

/** Orders that a newer list no longer shows become entries to be explained. */
export function vanished(
  state: EngineState,
  kind: GoneOrder['kind'],
  gone: readonly { readonly symbol: string; readonly id: string }[],
  atMs: number,
): EngineState {
  const begun = gone
    .filter(({ id }) => !state.entries.has(keyOf(kind, id)))
    .map(({ symbol, id }): [string, GoneOrder] => [
      keyOf(kind, id),
      { symbol, id, kind, vanishedAtMs: atMs, work: NO_WORK, outcome: 'unknown' },
    ]);
  return begun.length === 0 ? state : { ...state, entries: state.entries.withAll(begun) };
}
const orderQueryOf = ({ kind, symbol, id }: GoneOrder): OrderQuery =>
  kind === 'order' ? { kind: 'order', symbol, by: { orderId: id } } : { kind: 'conditional-order', symbol, algoId: id };

export const orderQuerySent = (state: EngineState, request: OrderQuery, id: number, atMs: number): EngineState =>
  withEntry(state, request, entry => ({ ...entry, work: withRequest(entry.work, id, atMs) }));

export function afterOrderQuery(
  state: EngineState,
  request: OrderQuery,
  found: OrderState | ConditionalState,
  atMs: number,
): EngineState {
  if (request.kind === 'order') return afterOrder(state, request, found as OrderState, atMs);
  const { status, childOrderId } = found as ConditionalState;
  if (WAITING.has(status)) return listed(state, request, atMs);
  if (childOrderId === undefined) {
    return withEntry(state, request, entry => ({ ...entry, outcome: GONE.has(status) ? 'cancelled' : 'unanswered' }));
  }
  // It was triggered: the order that it placed matters.
  const explained = withEntry(state, request, entry => ({ ...entry, outcome: 'cancelled' }));
  return vanished(explained, 'order', [{ symbol: request.symbol, id: childOrderId }], atMs);
}

function afterOrder(
  state: EngineState,
  request: OrderQuery,
  { status, executedQuantity, updatedAtMs }: OrderState,
  atMs: number,
): EngineState {
  if (status === 'NEW' || status === 'PARTIALLY_FILLED') return listed(state, request, atMs);
  if (isZero(executedQuantity)) return withEntry(state, request, entry => ({ ...entry, outcome: 'cancelled' }));
  const filled = withEntry(state, request, entry => ({
    ...entry,
    outcome: { filledAtMs: updatedAtMs, knownAtMs: atMs },
  }));
  return { ...filled, changedAtMs: Math.max(filled.changedAtMs, atMs) };
}

/** It still exists, but the list does not show it: cancel its symbol, then query it again. */
function listed(state: EngineState, request: OrderQuery, atMs: number): EngineState {
  const asked = withEntry(state, request, entry => ({
    ...entry,
    work: { ...entry.work, stage: { kind: 'waiting', untilMs: atMs + ASK_AGAIN_MS } },
  }));
  const work = request.kind === 'order' ? 'cancelOrders' : 'cancelConditionals';
  return withSymbol(asked, request.symbol, own => ({ ...own, [work]: { ...own[work], forgotten: true } }));
}

const ASK_AGAIN_MS = 250;

export function afterOrderQueryFailed(
  state: EngineState,
  id: number,
  request: OrderQuery,
  step: Step,
  failure: Failure,
  atMs: number,
): EngineState {
  return withEntry(state, request, entry => {
    // CANCELED and EXPIRED orders without a fill vanish after a while, FILLED ones do not (Query Order).
    if (failure.reason === 'nothing-there') return { ...entry, outcome: 'cancelled' };
    const work = afterFailure(state.job, entry.work, step, failure, atMs, id);
    return { ...entry, work, outcome: work.stage.kind === 'exhausted' ? 'unanswered' : entry.outcome };
  });
}

/** No position can come of it, judging by positions that were requested at `readSentAtMs`. */
function isExplained(state: EngineState, entry: GoneOrder, readSentAtMs: number): boolean {
  const { outcome, symbol, vanishedAtMs } = entry;
  if (outcome === 'unknown') return false;
  if (outcome === 'cancelled') return true;
  if (outcome === 'unanswered') return readSentAtMs >= vanishedAtMs + 2 * LAG_MS;
  const seen = state.stays.some(({ first, last }) => first.symbol === symbol && last.updatedAtMs >= outcome.filledAtMs);
  return seen || readSentAtMs >= outcome.knownAtMs + LAG_MS;
}

/** Algo order statuses (Binance, common definitions). */
const WAITING: ReadonlySet<string> = new Set(['NEW', 'WORKING', 'TRIGGERING']);
const GONE: ReadonlySet<string> = new Set(['CANCELED', 'CANCELLED', 'EXPIRED', 'REJECTED']);

const keyOf = (kind: GoneOrder['kind'], id: string): string => `${kind} ${id}`;

const keyOfRequest = (request: OrderQuery): string =>
  request.kind === 'order'
    ? keyOf('order', 'orderId' in request.by ? request.by.orderId : request.by.clientOrderId)
    : keyOf('conditional', request.algoId);

function withEntry(state: EngineState, request: OrderQuery, change: (entry: GoneOrder) => GoneOrder): EngineState {
  const entry = state.entries.get(keyOfRequest(request));
  if (entry === undefined) return state;
  return { ...state, entries: state.entries.with(keyOfRequest(request), change(entry)) };
}

/** No position can come of any of them, judging by positions that were requested at `readSentAtMs`. */
export const areExplained = (state: EngineState, readSentAtMs: number): boolean =>
  state.entries.shelves.every(
    shelf => shelf.summary().isSettled || shelf.values.every(entry => isExplained(state, entry, readSentAtMs)),
  );

/** Entries to query now, and when the others are due. */
export function wantOrderQueries(
  state: EngineState,
  nowMs: number,
): { readonly requests: readonly ExchangeRequest[]; readonly timers: readonly number[] } {
  const requests: ExchangeRequest[] = [];
  const timers: number[] = [];
  for (const shelf of state.entries.shelves) {
    if (!shelf.summary().isUnknown) continue;
    for (const entry of shelf.values) {
      // The end of a repair is an event.
      if (entry.outcome !== 'unknown' || isBeingRepaired(state, entry.work.failure)) continue;
      const timerMs = timerOrSilenceOf(state, entry.work);
      if (isDueOrSilent(state, entry.work, nowMs)) requests.push(orderQueryOf(entry));
      else if (timerMs !== undefined) timers.push(timerMs);
    }
  }
  return { requests, timers };
}

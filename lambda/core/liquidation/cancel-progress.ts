/**
 * How the cancels go on: per symbol those of its resting orders, those of its conditional orders, and for the whole
 * account those of TWAP and VP orders. A cancel may be sent twice; "nothing there" is what was wanted. Whether the orders
 * are gone is for the next list to say.
 */

import type { Failure } from '../exchange/failure.ts';
import type { Step } from '../exchange/next-step.ts';
import type { ExchangeRequest } from '../exchange/request.ts';
import { type CancelWork, IDLE, NO_CANCEL, type State, type SymbolWork, type Work } from './state.ts';
import { withSymbol } from './symbols.ts';
import { afterFailure, NO_OUTCOME, withAnswer, withoutRequest } from './work.ts';

type CancelKind = 'cancelOrders' | 'cancelConditionals';

export function cancelSent(state: State, request: ExchangeRequest, id: number, atMs: number): State {
  if (request.kind === 'cancel-strategy')
    return { ...state, strategies: { ...state.strategies, stage: joined(state.strategies, id, atMs) } };
  const of = placeOf(request);
  if (of === undefined) return state;
  return withSymbol(state, of.symbol, own => {
    const work = own[of.kind];
    const stage = joined(work, id, atMs);
    const next: CancelWork = { ...work, stage, startedAtMs: work.startedAtMs ?? atMs, forgotten: false };
    return { ...own, [of.kind]: next, ...(request.kind === 'cancel-conditionals' ? { swept: true } : {}) };
  });
}

export function afterCancel(state: State, id: number, request: ExchangeRequest, atMs: number): State {
  const changed = {
    ...state,
    changedAtMs: changesSomething(state, request) ? Math.max(state.changedAtMs, atMs) : state.changedAtMs,
  };
  return withCancel(changed, request, work => {
    const ended = settled(state, work, id, {}, atMs);
    const isDone = ended.stage.kind === 'idle' && work.stage.kind === 'in-flight';
    // A late answer of one that is no longer waited for was a success as well.
    return {
      ...ended,
      doneAtMs: isDone || work.stage.kind !== 'in-flight' ? atMs : ended.doneAtMs,
      tries: 0,
      waits: 0,
    };
  });
}

export function afterCancelFailed(
  state: State,
  id: number,
  request: ExchangeRequest,
  step: Step,
  failure: Failure,
  atMs: number,
): State {
  // Sweeping unseen is done once more at the most, by the proof's own list.
  return withCancel(state, request, work => settled(state, work, id, { step, failure }, atMs));
}

function withCancel(state: State, request: ExchangeRequest, change: (work: CancelWork) => CancelWork): State {
  if (request.kind === 'cancel-strategy') {
    const { stage, tries, waits, failure } = change({ ...NO_CANCEL, ...state.strategies });
    return { ...state, strategies: { stage, tries, waits, failure } };
  }
  const of = placeOf(request);
  return of === undefined ? state : withSymbol(state, of.symbol, own => ({ ...own, [of.kind]: change(own[of.kind]) }));
}

function settled<W extends Work>(
  { job }: State,
  work: W,
  id: number,
  answer: { readonly step?: Step; readonly failure?: Failure },
  atMs: number,
): W {
  if (work.stage.kind !== 'in-flight') return work;
  const outcome = withAnswer(work.stage.soFar, { look: false, ...answer });
  const { stage, isOver } = withoutRequest(work.stage, id, outcome);
  if (!isOver) return { ...work, stage };
  const { step, failure } = outcome;
  if (failure === undefined || step === undefined) return { ...work, stage: IDLE };
  return { ...work, ...afterFailure(job, work, step, failure, atMs, id) };
}

/** A cancel of what no list showed changes nothing that is known. */
function changesSomething(state: State, request: ExchangeRequest): boolean {
  const of = placeOf(request);
  const own = of && state.symbols.get(of.symbol);
  return own !== undefined && (of?.kind === 'cancelOrders' ? own.orders : own.conditionals).length > 0;
}

function placeOf(request: ExchangeRequest): { readonly symbol: string; readonly kind: CancelKind } | undefined {
  switch (request.kind) {
    case 'cancel-orders':
      return { symbol: request.symbol, kind: 'cancelOrders' };
    case 'cancel-conditionals':
    case 'cancel-conditional':
      return { symbol: request.symbol, kind: 'cancelConditionals' };
    default:
      return undefined;
  }
}

/** Several cancels of one kind that go out together are one batch. */
function joined({ stage }: Work, id: number, atMs: number): Work['stage'] {
  return stage.kind === 'in-flight' && stage.sinceMs === atMs
    ? { ...stage, ids: [...stage.ids, id] }
    : { kind: 'in-flight', ids: [id], sinceMs: atMs, soFar: NO_OUTCOME };
}

/** A list that was sent before the cancel was done shows what is gone since. */
export const isCancelled = (work: CancelWork, listSentAtMs: number | undefined): boolean =>
  work.doneAtMs !== undefined && listSentAtMs !== undefined && work.doneAtMs >= listSentAtMs;

/** The cancels of a symbol after a newer list showed its orders: what reappears is cancelled again. */
export const afterNewList = (own: SymbolWork, kind: CancelKind, isEmpty: boolean): CancelWork => {
  const work = own[kind];
  if (!isEmpty) return work;
  return work.stage.kind === 'in-flight' ? work : { ...work, stage: IDLE, tries: 0, waits: 0, startedAtMs: undefined };
};

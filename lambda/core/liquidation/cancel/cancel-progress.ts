/**
 * Cancels: of a symbol's resting orders, of its conditional orders, and of the account's TWAP and VP orders. A cancel may
 * be sent twice; "nothing there" counts as done. Whether the orders are gone is seen in the next list.
 */

import type { Failure } from '../../exchange/failure.ts';
import type { Step } from '../../exchange/next-step.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import type { ListName } from '../lists/list-view.ts';
import type { EngineState } from '../state.ts';
import { type CancelWork, IDLE, type SymbolWork, type Work } from '../symbols/symbol-work.ts';
import { obstacleOf, withSymbol } from '../symbols/symbols.ts';
import { afterFailure, afterTry, withAnswer, withoutRequest, withRequest } from '../work.ts';
import { idOf } from './can-open.ts';

type CancelKind = 'cancelOrders' | 'cancelConditionals';

export function cancelSent(state: EngineState, request: ExchangeRequest, id: number, atMs: number): EngineState {
  if (request.kind === 'cancel-twap-order') {
    const asked = wantListIfSilent(state, state.twapOrders, 'twapOrders', atMs);
    const { twapOrders } = asked;
    const startedAtMs = twapOrders.startedAtMs ?? atMs;
    return { ...asked, twapOrders: { ...withRequest(twapOrders, id, atMs), startedAtMs } };
  }
  const of = placeOf(request);
  if (of === undefined) return state;
  const before = state.symbols.get(of.symbol)?.[of.kind];
  const asked = wantListIfSilent(state, before, of.kind === 'cancelOrders' ? 'orders' : 'conditionals', atMs);
  return withSymbol(asked, of.symbol, own => {
    const work = withRequest(own[of.kind], id, atMs);
    const next: CancelWork = { ...work, startedAtMs: work.startedAtMs ?? atMs };
    return { ...own, [of.kind]: next };
  });
}

/** No answer: the list shows whether the orders are gone. */
const wantListIfSilent = (state: EngineState, work: Work | undefined, name: ListName, atMs: number): EngineState =>
  work?.stage.kind === 'in-flight' && work.stage.sinceMs < atMs ? wantList(state, name, atMs) : state;

const wantList = (state: EngineState, name: ListName, atMs: number): EngineState => ({
  ...state,
  lists: { ...state.lists, [name]: { ...state.lists[name], wantedSinceMs: atMs } },
});

export function afterCancel(state: EngineState, id: number, request: ExchangeRequest, atMs: number): EngineState {
  const rows = rowsOf(state, request);
  // A cancel of what no list showed changes nothing that is known.
  const isSeen = rows.length > 0 || hidesRows(state, request);
  const changedAtMs = isSeen ? Math.max(state.changedAtMs, atMs) : state.changedAtMs;
  const cancelled = withCancel({ ...state, changedAtMs }, request, work => {
    const accepted = new Map(work.accepted);
    for (const row of rows) accepted.set(row, atMs);
    // A list that lags shows them again and again: each counts once in each form of cancel.
    const news = rows.map(row => `${request.kind} ${row}`).filter(one => !work.reported.has(one));
    const reported = news.length === 0 ? work.reported : new Set([...work.reported, ...news]);
    const done = { accepted, reported, doneAtMs: atMs, clearedAtMs: news.length > 0 ? atMs : work.clearedAtMs };
    return {
      ...cancelAnswered(state, work, id, {}, atMs),
      ...done,
      waits: 0,
      forgotten: false,
      takenKind: request.kind,
    };
  });
  switch (request.kind) {
    case 'cancel-orders':
    case 'cancel-order':
      return withoutObstacle(cancelled, request.symbol);
    case 'cancel-conditionals':
      return withSymbol(cancelled, request.symbol, own => ({ ...own, swept: true }));
    default:
      return cancelled;
  }
}

/** The rows that a cancel speaks of, by ID. */
function rowsOf(state: EngineState, request: ExchangeRequest): readonly string[] {
  if (request.kind === 'cancel-conditional' || request.kind === 'cancel-twap-order') return [request.algoId];
  if (request.kind === 'cancel-order') return [request.orderId];
  const of = placeOf(request);
  const own = of && state.symbols.get(of.symbol);
  return own === undefined ? [] : rowIds(own, of?.kind ?? 'cancelOrders');
}

const rowIds = (own: SymbolWork, kind: CancelKind): readonly string[] =>
  (kind === 'cancelOrders' ? own.orders : own.conditionals).map(idOf);

/** The list has a row of the symbol that cannot be read. */
function hidesRows({ lists }: EngineState, request: ExchangeRequest): boolean {
  const of = placeOf(request);
  if (of === undefined) return false;
  const { latest } = of.kind === 'cancelOrders' ? lists.orders : lists.conditionals;
  return latest?.unread.some(({ symbol }) => symbol === of.symbol) ?? false;
}

/** A close that was refused because of these orders need not wait for its next try. */
const withoutObstacle = (state: EngineState, symbol: string): EngineState =>
  withSymbol(state, symbol, own => ({
    ...own,
    targets: own.targets.map(target => {
      if (target.stage.kind !== 'waiting' && target.stage.kind !== 'exhausted') return target;
      const obstacle = obstacleOf(own, target);
      if (obstacle === 'stays') return target;
      return { ...target, waits: 0, stage: IDLE, ...(obstacle === 'cancelled' ? { tries: 0 } : {}) };
    }),
  }));

/** A newer list no longer shows orders of these symbols. */
export const withoutObstacles = (state: EngineState, symbols: readonly string[], atMs: number): EngineState =>
  [...new Set(symbols)].reduce((next, symbol) => {
    const seen = withSymbol(next, symbol, own => ({
      ...own,
      cancelOrders: { ...own.cancelOrders, clearedAtMs: atMs },
    }));
    return withoutObstacle(seen, symbol);
  }, state);

export function afterCancelFailed(
  state: EngineState,
  id: number,
  request: ExchangeRequest,
  step: Step,
  failure: Failure,
  atMs: number,
): EngineState {
  // The list of TWAP and VP orders is cheap and not part of the proof: it shows if a failed cancel was executed.
  const asked = request.kind === 'cancel-twap-order' ? wantList(state, 'twapOrders', atMs) : state;
  return withCancel(asked, request, work => ({
    ...cancelAnswered(state, work, id, { step, failure }, atMs),
    ineffectiveKind: isOfRequest(failure) ? request.kind : work.ineffectiveKind,
  }));
}

/** What was refused for nothing wider than what was asked may pass in the other form: all of the symbol, or each by its ID. */
const isOfRequest = ({ certainty, subject }: Failure): boolean =>
  certainty === 'refused' && subject !== 'key' && subject !== 'address' && subject !== 'account';

function withCancel(
  state: EngineState,
  request: ExchangeRequest,
  change: (work: CancelWork) => CancelWork,
): EngineState {
  if (request.kind === 'cancel-twap-order') return { ...state, twapOrders: change(state.twapOrders) };
  const of = placeOf(request);
  return of === undefined ? state : withSymbol(state, of.symbol, own => ({ ...own, [of.kind]: change(own[of.kind]) }));
}

function cancelAnswered<W extends Work>(
  { job }: EngineState,
  work: W,
  id: number,
  answer: { readonly step?: Step; readonly failure?: Failure },
  atMs: number,
): W {
  if (work.stage.kind !== 'in-flight') return work;
  const outcome = withAnswer(work.stage.soFar, { needsRead: false, ...answer });
  const { stage, isOver } = withoutRequest(work.stage, id, outcome);
  if (!isOver) return { ...work, stage };
  const { step, failure } = outcome;
  if (failure === undefined || step === undefined) return { ...work, stage: IDLE };
  return { ...work, ...afterFailure(job, work, step, failure, atMs, id) };
}

function placeOf(request: ExchangeRequest): { readonly symbol: string; readonly kind: CancelKind } | undefined {
  switch (request.kind) {
    case 'cancel-orders':
    case 'cancel-order':
      return { symbol: request.symbol, kind: 'cancelOrders' };
    case 'cancel-conditionals':
    case 'cancel-conditional':
      return { symbol: request.symbol, kind: 'cancelConditionals' };
    default:
      return undefined;
  }
}

/**
 * The cancels of a symbol after a list that was sent at `sentAtMs` and shows the rows `ids`. If a row whose cancel the
 * exchange accepted is still there, a try is used up, and the other form is used. New rows are cancelled at once.
 */
export function afterNewList(
  { job }: EngineState,
  work: CancelWork,
  ids: readonly string[],
  sentAtMs: number,
  atMs: number,
): CancelWork {
  const accepted = new Map([...work.accepted].filter(([, doneAtMs]) => doneAtMs > sentAtMs));
  const next = { ...work, accepted };
  if (work.stage.kind === 'in-flight') return next;
  if (ids.length === 0) return { ...next, stage: IDLE, tries: 0, startedAtMs: undefined };
  const isBack = ids.some(id => work.accepted.has(id) && !accepted.has(id));
  return isBack
    ? { ...next, ...afterTry(job, next, STILL_LISTED, atMs, work.tries), ineffectiveKind: work.takenKind }
    : next;
}

const STILL_LISTED: Failure = {
  certainty: 'refused',
  subject: 'symbol',
  reason: 'nothing-there',
  message: 'the exchange accepted the cancel, and a later list still shows the orders',
};

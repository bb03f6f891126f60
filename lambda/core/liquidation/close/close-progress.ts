/**
 * The close of one position. Receipts say only when to read: what may have been executed is read, and the read says what is
 * left.
 *
 *   idle ── orders go out ──▶ in flight ─┬─ accepted, or unknown ──▶ to verify ── a read ──▶ gone, or idle with the rest
 *     ▲                                  ├─ refused: another order, or the same after a repair ──▶ idle
 *     └──────────────────────────────────┴─ limits, or a try used up ▶ waiting ──▶ … exhausted
 */

import { difference, isMore, isZero, magnitude, sum } from '../../exchange/amount.ts';
import type { Failure } from '../../exchange/failure.ts';
import type { CloseOrder, Receipt } from '../../exchange/model.ts';
import type { Step } from '../../exchange/next-step.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import { withoutStaleRow } from '../lists/cross-check.ts';
import { withOrderAnswered, withOrdersSent } from '../lists/stays.ts';
import type { EngineState } from '../state.ts';
import type { CloseTarget, SymbolWork } from '../symbols/symbol-work.ts';
import { targetOf, withSymbol, withTarget } from '../symbols/symbols.ts';
import { afterFailure, NO_OUTCOME, withAnswer, withoutRequest } from '../work.ts';
import { afterRefusal, waitsForRules } from './after-refusal.ts';
import { otherFormOrDust } from './close-read.ts';
import { learnEmptyBook, learnTaken } from './learnt.ts';
import { byLimit, haltedBy, rulesOf, wantRules, wantTradingStatus } from './rules-progress.ts';

type CloseRequest = Extract<ExchangeRequest, { kind: 'close' }>;
interface Numbered {
  readonly request: ExchangeRequest;
  readonly id: number;
}

/** The closes among what goes out: one batch for each position. */
export function closesSent(state: EngineState, sent: readonly Numbered[], atMs: number): EngineState {
  const closes = sent.flatMap(({ request, id }) => (request.kind === 'close' ? [{ order: request.order, id }] : []));
  if (closes.length === 0) return state;
  const changed = new Map<string, SymbolWork>();
  let { stays } = state;
  for (const batch of Map.groupBy(closes, ({ order }) => `${order.symbol}|${order.positionSide}`).values()) {
    const orders = batch.map(one => one.order);
    const [{ symbol, positionSide } = orders[0] as CloseOrder] = orders;
    const own = changed.get(symbol) ?? state.symbols.get(symbol);
    const target = own?.targets.find(one => one.side === positionSide);
    if (own === undefined || target?.position === undefined) continue;
    stays = withOrdersSent(stays, target.position, orders);
    const next: CloseTarget = {
      ...target,
      stage: { kind: 'in-flight', ids: batch.map(one => one.id), sinceMs: atMs, soFar: NO_OUTCOME },
      batches: target.batches + 1,
      sentWhole: !isMore(magnitude(target.position.amount), sum(orders.map(order => order.quantity))),
      triedAmount: target.position.amount,
      triedAtMs: atMs,
    };
    changed.set(symbol, { ...own, targets: own.targets.map(one => (one === target ? next : one)) });
  }
  return { ...state, symbols: state.symbols.withAll(changed), stays, movedAtMs: atMs };
}

export function afterClose(
  state: EngineState,
  id: number,
  { order }: CloseRequest,
  receipt: Receipt,
  atMs: number,
): EngineState {
  const stays = withOrderAnswered(state.stays, order, { receipt });
  const executed = receipt.executedQuantity;
  const mayHaveFilled = executed === undefined || !isZero(executed);
  const changedAtMs = mayHaveFilled ? Math.max(state.changedAtMs, atMs) : state.changedAtMs;
  const changed = { ...state, stays, changedAtMs, closedAtMs: atMs };
  const short = shortFill(order, receipt);
  return withTarget(changed, order.symbol, order.positionSide, target => {
    const foundNothing = short !== undefined && !mayHaveFilled;
    const learnt = foundNothing ? learnEmptyBook(target.learnt, atMs) : learnTaken(target.learnt, order.quantity);
    const fill = mayHaveFilled ? { updatedAtMs: receipt.updatedAtMs, knownAtMs: atMs } : target.fill;
    const answer = { needsRead: true, ...(short ? { failure: short } : {}) };
    return closeAnswered(state, { ...target, learnt, fill }, id, answer, atMs);
  });
}

/** The order ended before it was filled: the book within the allowed band was empty. Undefined if filled, or still NEW. */
function shortFill({ quantity }: CloseOrder, { status, executedQuantity }: Receipt): Failure | undefined {
  if (status === undefined || executedQuantity === undefined || !ENDED.has(status)) return undefined;
  if (!isMore(difference(quantity, executedQuantity), '0')) return undefined;
  const message = `filled ${executedQuantity} of ${quantity}, then ${status}: the book within the allowed band is exhausted`;
  return { certainty: 'refused', subject: 'target', reason: 'thin-book', message };
}

/** Binance, common definitions: statuses after which an order executes no more. */
const ENDED: ReadonlySet<string> = new Set(['CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH']);

export function afterCloseFailed(
  state: EngineState,
  id: number,
  request: CloseRequest,
  step: Step,
  failure: Failure,
  atMs: number,
): EngineState {
  const { order } = request;
  const stays = withOrderAnswered(state.stays, order, { failure });
  const changedAtMs = failure.certainty === 'unknown' ? Math.max(state.changedAtMs, atMs) : state.changedAtMs;
  const answered = withoutStaleRow({ ...state, stays, changedAtMs, closedAtMs: atMs }, order.symbol, failure, atMs);
  const wanting = withWants(answered, step, order, atMs);
  return withTarget(wanting, order.symbol, order.positionSide, target => {
    const { learnt, step: asked } = afterRefusal(wanting, target, order, step, failure, atMs);
    const needsRead = step === 'read' || step === 'read-orders';
    if (step === 'widen-window' && willBeRefused(state, target, id, request.recvWindowMs)) {
      return { ...target, failure, stage: { kind: 'idle' } };
    }
    const next = closeAnswered(wanting, { ...target, learnt }, id, { needsRead, step: asked, failure }, atMs);
    const gone = byLimit(next, rulesOf(wanting, order.symbol), atMs);
    return otherFormOrDust(wanting, step === 'check-trading' ? haltedBy(wanting, gone) : gone);
  });
}

/** A later batch is out whose window was too narrow for this one: it will be refused as well. */
function willBeRefused({ pending }: EngineState, { stage }: CloseTarget, id: number, recvWindowMs: number): boolean {
  if (stage.kind !== 'in-flight' || stage.ids.includes(id)) return false;
  return stage.ids.every(one => {
    const request = pending.get(one)?.request;
    return request?.kind === 'close' && request.recvWindowMs <= recvWindowMs;
  });
}

/** What else the refusal makes necessary: the rules, or the lists of orders. */
function withWants(state: EngineState, step: Step, { symbol, positionSide }: CloseOrder, atMs: number): EngineState {
  switch (step) {
    case 'check-trading':
      return wantTradingStatus(state, targetOf(state, symbol, positionSide)?.triedAtMs ?? atMs, atMs);
    case 'smaller':
    case 'fewer-digits':
    case 'limit-order':
    case 'later-with-rules':
    case 'give-up-with-rules':
      // Any rules of this attempt will do: they are newer than its first refusal.
      return state.rules.known || state.rules.wantedSinceMs !== undefined ? state : wantRules(state, atMs);
    case 'read-orders': {
      const { orders, conditionals } = state.lists;
      const lists = {
        ...state.lists,
        orders: { ...orders, wantedSinceMs: atMs },
        conditionals: { ...conditionals, wantedSinceMs: atMs },
      };
      // The cancels before had no effect: cancel once more if the list shows something.
      return withSymbol({ ...state, lists }, symbol, own => ({
        ...own,
        cancelOrders: { ...own.cancelOrders, startedAtMs: undefined },
      }));
    }
    default:
      return state;
  }
}

const RULES_WAIT_MS = 300;

function closeAnswered(
  { job, rules }: Pick<EngineState, 'job' | 'rules'>,
  target: CloseTarget,
  id: number,
  answer: { readonly needsRead: boolean; readonly step?: Step; readonly failure?: Failure },
  atMs: number,
): CloseTarget {
  if (target.stage.kind !== 'in-flight') {
    // A late answer. If it may have been executed after all, the next read shows what is left.
    if (!answer.needsRead || target.position === undefined) return target;
    return { ...target, stage: { kind: 'to-verify', sinceMs: atMs, failed: answer.failure !== undefined } };
  }
  const outcome = withAnswer(target.stage.soFar, answer);
  const { stage, isOver } = withoutRequest(target.stage, id, outcome);
  if (!isOver) return { ...target, stage };
  const { needsRead, failed, step = 'later', failure } = outcome;
  if (needsRead)
    return { ...target, failure: failure ?? target.failure, stage: { kind: 'to-verify', sinceMs: atMs, failed } };
  if (failure === undefined) return target;
  const next = { ...target, ...afterFailure(job, target, step, failure, atMs, id) };
  if (!waitsForRules({ rules }, target, step)) return next;
  const waits = step === 'smaller' ? next.waits : next.waits + 1;
  return { ...next, waits, stage: { kind: 'waiting', untilMs: atMs + RULES_WAIT_MS } };
}

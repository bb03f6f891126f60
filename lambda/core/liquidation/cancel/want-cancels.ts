/**
 * Which orders to cancel now: ordinary orders and conditional entries first, a protective conditional order only once its
 * position is gone, so that a position that cannot be closed keeps its stops. At the end the conditional orders of a closed
 * symbol are cancelled once more ("sweep"), whether or not the list shows any: lists can be incomplete.
 */

import type { ConditionalOrder } from '../../exchange/model.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import { isBeingRepaired } from '../account-faults.ts';
import { duplicateReadMs, pendingReads } from '../lists/want-reads.ts';
import type { EngineState } from '../state.ts';
import type { Symbols } from '../symbols/symbol-index.ts';
import {
  type CancelWork,
  hasPosition,
  type SymbolWork,
  uncancelledConditionals,
  uncancelledOrders,
  type Work,
} from '../symbols/symbol-work.ts';
import { isAboutOrders } from '../symbols/symbols.ts';
import { overdueMs } from '../timing.ts';
import { afreshAfter, isDueOrSilent, timerOrSilenceOf } from '../work.ts';
import { reducesOnly } from './can-open.ts';

interface CancelWishes {
  /** Of symbols whose close waits for them. */
  readonly holding: readonly ExchangeRequest[];
  readonly others: readonly ExchangeRequest[];
  /** For orders that no list shows; after all closes. */
  readonly sweeps: readonly ExchangeRequest[];
  readonly timers: readonly number[];
}

/** `room`: so many requests can go out at all. */
export function wantCancels(state: EngineState, nowMs: number, room: number): CancelWishes {
  const found: FoundCancels = { holding: [], others: [], sweeps: [], timers: [] };
  if (!state.mayAct || !state.job.scope.cancelOrders) return { holding: [], others: [], sweeps: [], timers: [] };
  const earliestMs = cancelsFromMs(state);
  const unreadableMs = [unreadableFromMs(state, 'orders'), unreadableFromMs(state, 'conditionals')];
  found.timers.push(...unreadableMs.filter(atMs => atMs > nowMs));
  if (earliestMs > nowMs) found.timers.push(earliestMs);
  else for (const shelf of state.symbols.shelves) wantForShelf(state, shelf, nowMs, room, found);
  return {
    holding: inOrder(found.holding),
    others: inOrder(found.others),
    sweeps: inOrder(found.sweeps),
    timers: found.timers,
  };
}

/** TWAP and VP orders, at the wallet's host. */
export function wantTwapCancels(state: EngineState, nowMs: number): Pick<CancelWishes, 'others' | 'timers'> {
  if (!state.mayAct || !state.job.scope.cancelOrders) return { others: [], timers: [] };
  const { accepted } = state.twapOrders;
  const running = (state.lists.twapOrders.latest?.rows ?? []).filter(({ algoId }) => !accepted.has(algoId));
  const timers: number[] = [];
  if (running.length === 0) return { others: [], timers };
  if (isReady(state, state.twapOrders, nowMs))
    return { others: running.map(({ algoId }) => ({ kind: 'cancel-twap-order', algoId })), timers };
  addTimer(timers, state, state.twapOrders);
  return { others: [], timers };
}

interface Ranked {
  readonly notionalUsd: number;
  readonly request: ExchangeRequest;
}

const inOrder = (ranked: Ranked[]): readonly ExchangeRequest[] =>
  ranked.sort((a, b) => b.notionalUsd - a.notionalUsd).map(one => one.request);

/** Closes go first, so cancels wait for the positions, but not for long. */
function cancelsFromMs(state: EngineState): number {
  const { positions, orders, conditionals } = state.lists;
  if (positions.latest || positions.failures > 0) return 0;
  const answered = [orders.latest, conditionals.latest].flatMap(list => (list ? [list.answeredAtMs] : []));
  return answered.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...answered) + duplicateReadMs(state);
}

interface FoundCancels {
  readonly holding: Ranked[];
  readonly others: Ranked[];
  readonly sweeps: Ranked[];
  readonly timers: number[];
}

/** Most symbols have nothing to cancel, or wait for an answer: their shelf is skipped as a whole. */
function wantForShelf(
  state: EngineState,
  shelf: Symbols['shelves'][number],
  nowMs: number,
  room: number,
  found: FoundCancels,
): void {
  // Where a list cannot be read, any symbol may have orders.
  const isUnreadable = state.lists.orders.latest === undefined || state.lists.conditionals.latest === undefined;
  const { mayCancel, maySweep, cancelsSilentFromMs } = shelf.summary();
  // Symbols to be swept have no position, so none of them goes before another.
  const maySweepMore = maySweep && found.sweeps.length < room;
  if (isUnreadable || mayCancel || maySweepMore || cancelsSilentFromMs <= nowMs) {
    for (const own of shelf.values) wantForSymbol(state, own, nowMs, found);
  } else if (cancelsSilentFromMs < Number.POSITIVE_INFINITY) found.timers.push(cancelsSilentFromMs);
}

function wantForSymbol(state: EngineState, own: SymbolWork, nowMs: number, found: FoundCancels): void {
  const { symbol, notionalUsd } = own;
  const ranked = (work: CancelWork) => (request: ExchangeRequest) => ({
    notionalUsd,
    request: { ...request, ...afreshAfter(work) },
  });
  const closes = state.job.scope.closePositions && hasPosition(own);
  if (asksForOrders(state, own, nowMs)) {
    const requests = orderCancels(state, own).map(ranked(own.cancelOrders));
    if (isReady(state, own.cancelOrders, nowMs)) (closes ? found.holding : found.others).push(...requests);
    else addTimer(found.timers, state, own.cancelOrders);
  }
  const conditionals = conditionalCancels(state, own);
  if (conditionals.length > 0) {
    if (isReady(state, own.cancelConditionals, nowMs))
      found.others.push(...conditionals.map(ranked(own.cancelConditionals)));
    else addTimer(found.timers, state, own.cancelConditionals);
  } else if (asksForSweep(state, own, nowMs)) {
    if (isReady(state, own.cancelConditionals, nowMs))
      found.sweeps.push(ranked(own.cancelConditionals)({ kind: 'cancel-conditionals', symbol }));
    else addTimer(found.timers, state, own.cancelConditionals);
  }
}

const isReady = (state: EngineState, work: CancelWork, nowMs: number): boolean =>
  isDueOrSilent(state, work, nowMs) && !isBeingRepaired(state, work.failure);

function addTimer(timers: number[], state: EngineState, work: Work): void {
  // The end of a repair is an event.
  if (isBeingRepaired(state, work.failure)) return;
  const timerMs = timerOrSilenceOf(state, work);
  if (timerMs !== undefined) timers.push(timerMs);
}

/** Rows that were not cancelled since; if the list cannot be read, a symbol with a position, once. */
function asksForOrders(state: EngineState, own: SymbolWork, nowMs: number): boolean {
  const { latest, failures } = state.lists.orders;
  if (own.cancelOrders.forgotten) return true;
  if (latest === undefined) {
    const isUnreadable = failures > 1 || unreadableFromMs(state, 'orders') <= nowMs;
    // An order that cannot be read may be the position's stop: cancel it only if it blocks the close.
    const mayHide = state.job.market.stopsAmongOrders && !own.targets.some(isAboutOrders);
    return isUnreadable && own.held && !mayHide && own.cancelOrders.doneAtMs === undefined;
  }
  return uncancelledOrders(own).length > 0;
}

/**
 * All of the symbol at once; by ID if that had no effect, or if a stop that must stay may be among them. An order that no
 * list shows has no known ID: all of the symbol are cancelled, since it blocks a close.
 */
function orderCancels(state: EngineState, own: SymbolWork): readonly ExchangeRequest[] {
  const { symbol } = own;
  const mayHide = state.job.market.stopsAmongOrders && mayProtect(state, own) && !own.cancelOrders.forgotten;
  const isRead = state.lists.conditionals.latest !== undefined && !mayHideProtection(state, own);
  const isThere = own.conditionals.some(row => row.amongOrders && reducesOnly(row));
  const orders = uncancelledOrders(own);
  const isIneffective = own.cancelOrders.ineffectiveKind === 'cancel-orders';
  if (orders.length === 0 || (!isIneffective && (!mayHide || (isRead && !isThere))))
    return [{ kind: 'cancel-orders', symbol }];
  return orders.map(({ orderId }) => ({ kind: 'cancel-order', symbol, orderId }) as const);
}

/** One by one while protective ones must stay, all of the symbol otherwise. */
function conditionalCancels(state: EngineState, own: SymbolWork): readonly ExchangeRequest[] {
  const { symbol, conditionals, cancelConditionals } = own;
  if (cancelConditionals.forgotten && !mayProtect(state, own)) return [{ kind: 'cancel-conditionals', symbol }];
  const cancellable = cancellableNow(state, own);
  if (cancellable.length === 0) return [];
  // If cancelling all of a symbol had no effect, each is cancelled by its ID.
  const isIneffective = cancelConditionals.ineffectiveKind === 'cancel-conditionals';
  if (!isIneffective && cancellable.length === conditionals.length && !mayHideProtection(state, own))
    return [{ kind: 'cancel-conditionals', symbol }];
  return cancellable.map(({ algoId }) => ({ kind: 'cancel-conditional', symbol, algoId }) as const);
}

/** All of them once no position is left; before that only those that could open one. */
export const cancellableNow = (state: EngineState, own: SymbolWork): readonly ConditionalOrder[] =>
  uncancelledConditionals(own).filter(row => !(mayProtect(state, own) && reducesOnly(row)));

/** A row that cannot be read may be the stop of a position that is still open. */
function mayHideProtection(state: EngineState, own: SymbolWork): boolean {
  const unread = state.lists.conditionals.latest?.unread ?? [];
  return unread.some(({ symbol }) => symbol === undefined || symbol === own.symbol) && mayProtect(state, own);
}

/** Positions that were not read may exist: protection stays until a read shows that there are none. */
function mayProtect(state: EngineState, own: SymbolWork): boolean {
  const { latest } = state.lists.positions;
  const isHidden = latest?.unread.some(({ symbol }) => symbol === undefined || symbol === own.symbol) ?? true;
  return isHidden || hasPosition(own);
}

function asksForSweep(state: EngineState, own: SymbolWork, nowMs: number): boolean {
  // If the list cannot be read at all, every symbol is swept.
  const isUnreadable = unreadableFromMs(state, 'conditionals') <= nowMs;
  return (own.held || isUnreadable) && !own.swept && !mayProtect(state, own);
}

/** From when a list that was never read counts as unreadable: its endpoint is refused, or its answer is overdue. */
function unreadableFromMs(state: EngineState, name: 'orders' | 'conditionals'): number {
  const { latest, exhausted } = state.lists[name];
  if (exhausted) return 0;
  if (latest !== undefined) return Number.POSITIVE_INFINITY;
  return Math.min(...pendingReads(state, name).map(one => one.sentAtMs)) + overdueMs(state);
}

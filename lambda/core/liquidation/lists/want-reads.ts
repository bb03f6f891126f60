/**
 * Which lists to read now. Positions (weight 5) are polled while closes are out; the lists of orders (40 each) are read for
 * the first plan, after a refusal that points at them, and for the proof. A slow read is sent a second time; both
 * answers are merged.
 */

import type { ExchangeRequest } from '../../exchange/request.ts';
import { isBeingRepaired } from '../account-faults.ts';
import type { NowOrLater } from '../choice.ts';
import type { Pending } from '../pending.ts';
import type { EngineState } from '../state.ts';
import { DUPLICATE_READ_MIN_MS } from '../timing.ts';
import { asksOlder, type ListName } from './list-view.ts';
import { nextConfirmationReadAtMs } from './proof.ts';

export function wantReads(state: EngineState, nowMs: number): readonly NowOrLater[] {
  const isQuiet = isNothingToDo(state);
  const reads: NowOrLater[] = [];
  for (const name of ['positions', 'orders', 'conditionals'] as const) {
    const since = wantedSince(state, name, isQuiet, nowMs);
    if (since !== undefined) reads.push(...readWhenDue(state, name, since, nowMs));
  }
  const twapOrdersSince = twapOrdersWantedSince(state);
  if (twapOrdersSince !== undefined) reads.push(...readWhenDue(state, 'twapOrders', twapOrdersSince, nowMs));
  return reads;
}

/** TWAP and VP orders are listed at the start, and after each cancel of one. */
function twapOrdersWantedSince({ job, lists, twapOrders }: EngineState): number | undefined {
  const { latest, wantedSinceMs, exhausted } = lists.twapOrders;
  if (!job.hasWallet || exhausted) return undefined;
  if (latest === undefined) return 0;
  const sinceMs = Math.max(wantedSinceMs, ...twapOrders.accepted.values());
  return sinceMs > latest.sentAtMs ? sinceMs : undefined;
}

/** A read sent at this instant or later is wanted; undefined if the newest one will do. May lie in the future. */
function wantedSince(
  state: EngineState,
  name: 'positions' | 'orders' | 'conditionals',
  isQuiet: boolean,
  nowMs: number,
): number | undefined {
  const { latest, wantedSinceMs, exhausted } = state.lists[name];
  if (exhausted) return undefined;
  if (latest === undefined) return 0;
  const wants: number[] = [];
  if (wantedSinceMs > latest.sentAtMs) wants.push(wantedSinceMs);
  // A page that is still on its way is awaited like a whole read.
  if (latest.inPart) wants.push(latest.sentAtMs);
  if (name === 'positions') wants.push(...readAfterCloses(state, latest.sentAtMs, nowMs));
  if (isQuiet && (name === 'positions' || state.job.scope.cancelOrders)) {
    const closedAtMs = name === 'positions' ? state.closedAtMs : 0;
    const since = Math.max(nextConfirmationReadAtMs(state), newestCancelMs(state, name), closedAtMs);
    if (since > latest.sentAtMs) wants.push(since);
  }
  if (wants.length === 0) return undefined;
  const sinceMs = Math.min(...wants);
  return name === 'positions' ? sinceMs : spaced(state, name, sinceMs);
}

/**
 * A list of orders is read again at once the first time, then less often, because it costs 40 and many answers point at it.
 * The gap is the time from the start to the last read, and 250 ms at most.
 */
function spaced(state: EngineState, name: 'orders' | 'conditionals', sinceMs: number): number {
  const { startedAtMs } = state.job.deadline;
  let lastSentMs = state.lists[name].latest?.sentAtMs ?? startedAtMs;
  for (const { sentAtMs } of pendingReads(state, name)) lastSentMs = Math.max(lastSentMs, sentAtMs);
  // One that is on its way will do.
  if (lastSentMs >= sinceMs) return sinceMs;
  return Math.max(sinceMs, Math.min(lastSentMs + LIST_GAP_MAX_MS, 2 * lastSentMs - startedAtMs));
}

const LIST_GAP_MAX_MS = 250;

/** While closes are out, to be verified, or refused for what the position is: when to read the positions next. */
function readAfterCloses(state: EngineState, seenAtMs: number, nowMs: number): readonly number[] {
  let toVerify: number | undefined;
  let inFlightSince: number | undefined;
  let toSend = false;
  let mayBeGone = false;
  for (const shelf of state.symbols.shelves) {
    const { toVerifySinceMs, inFlightSinceMs, isIdle, ...shelved } = shelf.summary();
    if (toVerifySinceMs !== undefined) toVerify = Math.max(toVerify ?? 0, toVerifySinceMs);
    if (inFlightSinceMs !== undefined) inFlightSince = Math.min(inFlightSince ?? inFlightSinceMs, inFlightSinceMs);
    toSend ||= isIdle;
    mayBeGone ||= shelved.mayBeGone;
  }
  const lastSentMs = Math.max(seenAtMs, ...pendingReads(state, 'positions').map(read => read.sentAtMs));
  const pollAtMs = lastSentMs + pollMs(state, nowMs);
  if (toVerify !== undefined) {
    // The answers of one batch come together: one read serves them all.
    if (inFlightSince !== undefined || toSend) return [Math.max(toVerify, pollAtMs)];
    return [toVerify > seenAtMs ? toVerify : pollAtMs];
  }
  if (inFlightSince !== undefined) return [Math.max(pollAtMs, inFlightSince + duplicateReadMs(state))];
  // The next order does not wait for this read.
  return mayBeGone ? [Math.max(pollAtMs, lastSentMs + DUPLICATE_READ_MIN_MS)] : [];
}

/** The time between two reads; it grows while nothing moves. */
const pollMs = ({ movedAtMs, latencyMs = 0 }: EngineState, nowMs: number): number =>
  Math.min(POLL_MAX_MS, Math.max(POLL_MIN_MS, latencyMs, (nowMs - movedAtMs) / 4));

const POLL_MIN_MS = 50;
const POLL_MAX_MS = 1_000;

/** When rows of the list were last cancelled: only a newer list shows whether they are gone. */
function newestCancelMs(state: EngineState, name: ListName): number {
  if (name !== 'orders' && name !== 'conditionals') return 0;
  return Math.max(0, ...state.symbols.shelves.map(shelf => shelf.summary().cancelledAtMs[name]));
}

/** Nothing to close and nothing to cancel that could be tried now: only reads are left. */
function isNothingToDo({ symbols, job: { scope } }: EngineState): boolean {
  return symbols.shelves.every(shelf => {
    const { isOpen, isListed } = shelf.summary();
    return !(scope.closePositions && isOpen) && !(scope.cancelOrders && isListed);
  });
}

function readWhenDue(state: EngineState, name: ListName, sinceMs: number, nowMs: number): readonly NowOrLater[] {
  const { notBeforeMs, failure } = state.lists[name];
  if (isBeingRepaired(state, failure)) return [];
  const running = pendingReads(state, name).filter(one => one.sentAtMs >= sinceMs);
  if (running.length === 0) {
    const atMs = Math.max(sinceMs, notBeforeMs);
    return [atMs > nowMs ? { atMs } : { request: requestOf(state, name) }];
  }
  if (running.length >= MOST_READS_AT_ONCE) return [];
  const newest = Math.max(...running.map(one => one.sentAtMs));
  const duplicateAtMs = Math.max(notBeforeMs, newest + duplicateReadMs(state) * running.length ** 2);
  return [duplicateAtMs > nowMs ? { atMs: duplicateAtMs } : { request: requestOf(state, name) }];
}

const MOST_READS_AT_ONCE = 3;

/** About twice the usual latency: a read that takes longer is sent a second time. */
export function duplicateReadMs({ latencyMs }: EngineState): number {
  if (latencyMs === undefined) return DUPLICATE_READ_MAX_MS;
  return Math.max(DUPLICATE_READ_MIN_MS, Math.min(Math.max(DUPLICATE_READ_MAX_MS, latencyMs * 1.5), latencyMs * 2));
}

const DUPLICATE_READ_MAX_MS = 500;

export function pendingReads({ pending }: EngineState, name: ListName): readonly Pending[] {
  return pending.reads.filter(({ request }) => request.kind === KINDS[name]);
}

const KINDS = {
  positions: 'positions',
  orders: 'open-orders',
  conditionals: 'conditional-orders',
  twapOrders: 'twap-orders',
} as const;

function requestOf(state: EngineState, name: ListName): ExchangeRequest {
  if (name !== 'positions') return { kind: KINDS[name] };
  // If two reads of the newer endpoint are not answered, the third uses the older one.
  const isSilent = pendingReads(state, name).length >= MOST_READS_AT_ONCE - 1;
  return isSilent || asksOlder(state.lists.positions) ? { kind: 'positions', older: true } : { kind: 'positions' };
}

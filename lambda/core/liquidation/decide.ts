/**
 * What to do now: the requests that go out, and when to decide again if nothing happens. Pure, from the whole state each
 * time. Requests are chosen in the order of need, each within the room that the exchange's limits leave (choice.ts).
 */

import type { Failure } from '../exchange/failure.ts';
import { apiOf, costIn } from '../exchange/market.ts';
import { type ExchangeRequest, symbolOfRequest } from '../exchange/request.ts';
import { type ApiRooms, afterTaken, take } from '../exchange/room.ts';
import { confirmedStop, MOST_CLOCK_FAILURES, windowOf } from './account-faults.ts';
import { wantOrderQueries } from './cancel/entries.ts';
import { wantCancels, wantTwapCancels } from './cancel/want-cancels.ts';
import { Choice, type NowOrLater, needOrder, type Priority, type Rooms } from './choice.ts';
import { closeOrders, mayWantCloses, wantCloses } from './close/want-closes.ts';
import { wantCrossCheck } from './lists/cross-check.ts';
import { PROOF_GAP_MS } from './lists/proof.ts';
import { wantReads } from './lists/want-reads.ts';
import type { EngineState } from './state.ts';
import { DUPLICATE_READ_MIN_MS } from './timing.ts';
import { afreshAfter, patienceMs } from './work.ts';

type Decision =
  | {
      readonly kind: 'go-on';
      readonly requests: readonly ExchangeRequest[];
      /** Of each of them. */
      readonly priorities: ReadonlyMap<ExchangeRequest, Priority>;
      /** Read the secret again. */
      readonly readSecret: boolean;
      /** Decide again at this instant at the latest. */
      readonly timerAtMs: number;
    }
  | { readonly kind: 'end'; readonly end: End };

export type End =
  /** Proven. */
  | { readonly kind: 'flat' }
  /** The deadline. `seenFlatOnce`: the first of the two reads showed it flat. */
  | { readonly kind: 'time'; readonly seenFlatOnce: boolean }
  /** Every close and cancel that is left used up its tries. */
  | { readonly kind: 'attempts' }
  /** No request of ours will pass. */
  | { readonly kind: 'stopped'; readonly failure: Failure }
  /** The exchange requested a wait beyond the deadline. */
  | { readonly kind: 'limited'; readonly untilMs: number; readonly failure: Failure | undefined };

/**
 * In all markets of an account: each decides for itself, and their requests go out in the order of need, as far as the shared
 * limits allow. What finds no room is wanted again by the next decision. The decisions are in the order of the states.
 */
export function decideTogether(states: readonly EngineState[], nowMs: number, rooms: ApiRooms): readonly Decision[] {
  const decisions = states.map(state => {
    const { api } = state.job.market;
    return decide(state, nowMs, { futures: rooms[api], wallet: rooms.wallet });
  });
  if (decisions.filter(one => one.kind === 'go-on' && one.requests.length > 0).length < 2) return decisions;
  const wanted = states.flatMap((state, index) => {
    const decision = decisions[index];
    const priorities = decision?.kind === 'go-on' ? [...decision.priorities] : [];
    return priorities.map(([request, priority]) => ({
      index,
      state,
      request,
      ...priority,
      notionalUsd: notionalUsdOf(state, request),
    }));
  });
  wanted.sort((a, b) => needOrder(a.need) - needOrder(b.need) || b.notionalUsd - a.notionalUsd);

  let left = rooms;
  const granted = new Set<ExchangeRequest>();
  const timers = states.map(() => Number.POSITIVE_INFINITY);
  for (const { index, state, request, urgency } of wanted) {
    const { market } = state.job;
    const cost = costIn(market, request.kind);
    const api = apiOf(market, cost);
    const taken = take(left[api], cost, urgency, nowMs);
    if (taken.ok) {
      left = afterTaken(left, api, taken.room, cost);
      granted.add(request);
    } else if (taken.atMs !== undefined) {
      timers[index] = Math.min(timers[index] ?? taken.atMs, Math.max(taken.atMs, nowMs + 1));
    }
  }
  return decisions.map((decision, index) => {
    if (decision.kind === 'end') return decision;
    const requests = decision.requests.filter(request => granted.has(request));
    return { ...decision, requests, timerAtMs: Math.min(decision.timerAtMs, timers[index] ?? decision.timerAtMs) };
  });
}

/** Roughly in USD: decides the order of requests with the same need. */
function notionalUsdOf({ symbols }: EngineState, request: ExchangeRequest): number {
  const symbol = symbolOfRequest(request);
  return (symbol === undefined ? undefined : symbols.get(symbol)?.notionalUsd) ?? 0;
}

/** In one market. */
export function decide(state: EngineState, nowMs: number, rooms: Rooms): Decision {
  const end = endOf(state, nowMs, rooms);
  if (end) return { kind: 'end', end };

  const chosen = new Choice(state.job.market, rooms, nowMs);
  const reads = wantReads(state, nowMs);
  const orderQueries = wantOrderQueries(state, nowMs);
  const twapOrders = wantTwapCancels(state, nowMs);
  const { key } = state.faults;

  chosen.addNowOrLater('clock', clockWhenDue(state, nowMs));
  const isClosing = chooseCloses(state, nowMs, chosen);
  chosen.addNowOrLater('positions', reads.filter(isPositions));
  // Without a free slot no cancel is chosen: the next answer leads to another decision.
  const slots = chosen.slots();
  const cancels = slots > 0 ? wantCancels(state, nowMs, slots) : undefined;
  chosen.addAll('cancels that hold up a close', cancels?.holding ?? []);
  // Once nothing is left to close, cancels of what could open a position may use the share of the weight that is kept for closes.
  chosen.addAll('other cancels', cancels?.others ?? [], isAnyOpen(state) ? 'can-wait' : 'urgent');
  chosen.addAll('other cancels', twapOrders.others);
  chosen.addNowOrLater('rules', rulesWhenDue(state, nowMs));
  chosen.addNowOrLater(
    'lists',
    reads.filter(read => !isPositions(read)),
  );
  chosen.addAll('order queries', orderQueries.requests);
  if (!isClosing) chosen.addAll('sweeps', [...(cancels?.sweeps ?? []), ...wantCrossCheck(state)]);
  chosen.addTimers(cancels?.timers ?? []);
  chosen.addTimers(twapOrders.timers);
  chosen.addTimers(orderQueries.timers);

  const { requests, priorities } = chosen;
  const readSecret = key.kind === 'wanted';
  const { workUntilMs } = state.job.deadline;
  // Without an answer the requests of this decision are wanted again then.
  const resendAtMs = requests.length > 0 ? nowMs + DUPLICATE_READ_MIN_MS : Number.POSITIVE_INFINITY;
  const timerAtMs = Math.min(workUntilMs, chosen.timerAtMs, resendAtMs);
  const isFree = state.mayAct || state.readsOnly;
  const isStuck = isFree && requests.length === 0 && !readSecret && key.kind !== 'running' && state.pending.size === 0;
  // Nothing goes out, nothing is awaited, and only the deadline would change that.
  if (isStuck && timerAtMs >= workUntilMs && !chosen.isWaitingForRoom)
    return { kind: 'end', end: { kind: 'attempts' } };
  return { kind: 'go-on', requests, priorities, readSecret, timerAtMs };
}

/** The largest first, as far as there is room. Returns whether any is wanted, with or without room. */
function chooseCloses(state: EngineState, nowMs: number, chosen: Choice): boolean {
  if (!mayWantCloses(state)) return false;
  if (chosen.slots() <= 0) {
    chosen.waitForRoomForClose();
    return true;
  }
  const { closes, timers } = wantCloses(state, nowMs, chosen.freeFromMs('cancel-orders'));
  chosen.addTimers(timers);
  for (const { target } of closes) {
    if (!chosen.hasRoomForClose()) {
      chosen.waitForRoomForClose();
      break;
    }
    const how = { recvWindowMs: windowOf(state, target), ...afreshAfter(target) };
    for (const order of closeOrders(state, target)) chosen.add('closes', { kind: 'close', order, ...how });
  }
  return closes.length > 0;
}

function endOf(state: EngineState, nowMs: number, { futures }: Rooms): End | undefined {
  const { workUntilMs } = state.job.deadline;
  if (state.provenAtMs !== undefined) return { kind: 'flat' };
  if (state.readsOnly && allListsRead(state)) return { kind: 'attempts' };
  const failure = confirmedStop(state);
  if (failure) return { kind: 'stopped', failure };
  if (nowMs >= workUntilMs) return { kind: 'time', seenFlatOnce: state.flatAtMs !== undefined };
  // No second read can begin before the deadline: the caller need not wait for it.
  const isTooLate = state.flatAtMs !== undefined && state.flatAtMs + PROOF_GAP_MS >= workUntilMs;
  if (isTooLate && state.pending.size === 0) return { kind: 'time', seenFlatOnce: true };
  if (futures.openAtMs >= workUntilMs && state.pending.size === 0) {
    return { kind: 'limited', untilMs: futures.openAtMs, failure: state.faults.limited };
  }
  return undefined;
}

/** Every list was read, or cannot be. A list with a missing page is not read while that page may still come. */
const allListsRead = ({ lists, job }: EngineState): boolean =>
  [lists.positions, lists.orders, lists.conditionals, ...(job.hasWallet ? [lists.twapOrders] : [])].every(
    ({ latest, exhausted, wantedSinceMs }) =>
      exhausted || (latest !== undefined && !latest.inPart && latest.sentAtMs >= wantedSinceMs),
  );

const isAnyOpen = ({ symbols }: EngineState): boolean => symbols.shelves.some(shelf => shelf.summary().isOpen);

const isPositions = (read: NowOrLater): boolean => 'request' in read && read.request.kind === 'positions';

/** Requests that were refused for the clock wait for it. */
function clockWhenDue(state: EngineState, nowMs: number): readonly NowOrLater[] {
  const { clock } = state.faults;
  if (clock.kind !== 'wanted' && clock.kind !== 'running') return [];
  if (clock.kind === 'running' && clock.failures >= MOST_CLOCK_FAILURES) return [];
  const atMs = clock.kind === 'wanted' ? clock.sinceMs : clock.sinceMs + patienceMs(state) * 2 ** clock.failures;
  return [atMs > nowMs ? { atMs } : { request: { kind: 'server-time' } }];
}

/** Rules are over a megabyte, and closes of a halted symbol may ask for them repeatedly. */
const RULES_GAP_MS = 500;

function rulesWhenDue({ rules, pending }: EngineState, nowMs: number): readonly NowOrLater[] {
  const { known, wantedSinceMs, notBeforeMs } = rules;
  if (wantedSinceMs === undefined) return [];
  if (pending.all().some(({ request }) => request.kind === 'rules')) return [];
  const atMs = Math.max(notBeforeMs, known === undefined ? 0 : known.askedAtMs + RULES_GAP_MS);
  if (atMs > nowMs) return [{ atMs }];
  return [{ request: { kind: 'rules', newerThanMs: wantedSinceMs } }];
}

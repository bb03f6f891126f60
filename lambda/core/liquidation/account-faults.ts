/**
 * Failures that concern more than one symbol: the clock, the key, the address, the account, the limits, the recvWindow.
 *
 * One answer proves little: a WAF may refuse one URL, a gateway one signature, a rule one path from one country. So key,
 * address and account stop a run only when another kind of request fails in the same way after the repair, with no success
 * in between. A 418 or 429 needs no confirmation: it concerns the address, and says how long to wait.
 */

import type { Failure } from '../exchange/failure.ts';
import type { Step } from '../exchange/next-step.ts';
import { COSTS, type ExchangeRequest } from '../exchange/request.ts';
import type { Pending } from './pending.ts';
import type { AccountFaults, EngineState, Repair, Suspect } from './state.ts';
import type { CloseTarget } from './symbols/symbol-work.ts';
import { backoffMs, DUPLICATE_READ_MIN_MS } from './timing.ts';

/** A call passed: the key, the address and the account are no longer suspected. */
export function afterPassedCall(state: EngineState, { request, sentAtMs }: Pending, atMs: number): EngineState {
  const isServerTime = request.kind === 'server-time';
  const { host, operation } = COSTS[request.kind];
  const clock: Repair = isServerTime ? { kind: 'done', atMs } : state.faults.clock;
  const suspects =
    host === 'futures' && !isServerTime && state.faults.suspects.size > 0 ? new Map() : state.faults.suspects;
  const latencyMs =
    operation === 'read' && host === 'futures' ? averaged(state.latencyMs, atMs - sentAtMs) : state.latencyMs;
  if (clock === state.faults.clock && suspects === state.faults.suspects) return { ...state, latencyMs };
  return { ...state, latencyMs, faults: { ...state.faults, clock, suspects } };
}

/** A call failed. Returns the step to take: a repair that was made already is not made again. */
export function afterFailedCall(
  state: EngineState,
  { request, sentAtMs }: Pending,
  failure: Failure,
  step: Step,
  atMs: number,
): { readonly state: EngineState; readonly step: Step } {
  const { host, operation } = COSTS[request.kind];
  const counts = { ...state.counts, retries: state.counts.retries + 1 };
  const next = { ...state, counts };
  if (request.kind === 'server-time')
    return { state: withFaults(next, { clock: clockNotSet(next, atMs), ...limitedBy(failure) }), step };
  // The wallet's host has its own limits, bans and rights of the key, so its failures say nothing of the rest; the clock is the same.
  if (host === 'wallet' && step !== 'set-clock') {
    const isOld = step === 'read-secret' && isOlderThanRepair(next.faults.key, sentAtMs);
    // Its refusal alone is no reason to read the secret again.
    return { state: next, step: step === 'read-secret' && !isOld ? 'later' : step };
  }

  // The repair was made, and did not help.
  const nextTry: Step = operation === 'read' ? 'wait' : 'later';
  switch (step) {
    case 'set-clock': {
      const repaired = afterRepair(next.faults.clock, sentAtMs, atMs);
      if (repaired.mayGoOn) return { state: withFaults(next, { clock: repaired.repair }), step };
      // Refused although the clock was just set: the order waited on its way.
      return operation === 'order' ? withWiderWindow(next, request) : { state: next, step: nextTry };
    }
    case 'widen-window':
      return withWiderWindow(next, request);
    case 'read-secret': {
      const repaired = afterRepair(next.faults.key, sentAtMs, atMs);
      if (repaired.mayGoOn) return { state: withFaults(next, { key: repaired.repair }), step };
      return { state: suspecting(next, 'key', request.kind, failure), step: nextTry };
    }
    default: {
      if (isLimit(failure)) return { state: withFaults(next, limitedBy(failure)), step };
      const { subject } = failure;
      const isSuspect = subject === 'address' || subject === 'account';
      return { state: isSuspect ? suspecting(next, subject, request.kind, failure) : next, step };
    }
  }
}

const limitedBy = (failure: Failure): Partial<AccountFaults> => (isLimit(failure) ? { limited: failure } : {});

/** The server's time is requested, perhaps again because there was no answer. */
export function clockAsked(state: EngineState, atMs: number): EngineState {
  const { clock } = state.faults;
  const failures = clock.kind === 'running' ? clock.failures + 1 : clock.kind === 'wanted' ? clock.failures : 0;
  return withFaults(state, { clock: { kind: 'running', sinceMs: atMs, failures } });
}

/** A time that could not be read is requested again, a few times: requests that wait for it would be refused as before. */
function clockNotSet({ faults: { clock }, job }: EngineState, atMs: number): Repair {
  const failures = (clock.kind === 'running' || clock.kind === 'wanted' ? clock.failures : 0) + 1;
  if (failures > MOST_CLOCK_FAILURES) return { kind: 'done', atMs };
  const pauseMs = backoffMs(Math.min(DUPLICATE_READ_MIN_MS, job.retryDelayMs), failures, job.jitter);
  return { kind: 'wanted', sinceMs: atMs + pauseMs, failures };
}

/** After these the requests go out with the clock as it is. */
export const MOST_CLOCK_FAILURES = 3;

export const isLimit = ({ reason }: Failure): boolean =>
  reason === 'weight-limit' || reason === 'order-limit' || reason === 'ip-ban';

/**
 * Whether a request sent at `sentAtMs` may simply be repeated: the repair is not finished, or was made after it was sent. A
 * repair that may help again is made once more.
 */
function afterRepair(
  repair: Repair,
  sentAtMs: number,
  atMs: number,
): { readonly repair: Repair; readonly mayGoOn: boolean } {
  const isDone = repair.kind === 'done' && sentAtMs >= repair.atMs;
  if (isDone && !mayHelpAgain(repair, atMs)) return { repair, mayGoOn: false };
  const isWanted = isDone || repair.kind === 'not-needed';
  return { repair: isWanted ? { kind: 'wanted', sinceMs: atMs, failures: 0 } : repair, mayGoOn: true };
}

/** A secret that held a new key may hold another one by now; a clock may have drifted. */
const mayHelpAgain = ({ atMs: doneAtMs, isNewKey }: Extract<Repair, { kind: 'done' }>, atMs: number): boolean =>
  isNewKey ?? atMs - doneAtMs > AGAIN_AFTER_MS;

/** The request was sent before the repair. */
const isOlderThanRepair = (repair: Repair, sentAtMs: number): boolean =>
  repair.kind !== 'not-needed' && (repair.kind !== 'done' || sentAtMs < repair.atMs);

/** Of the clock. */
const AGAIN_AFTER_MS = 5_000;

function suspecting(
  state: EngineState,
  subject: Suspect,
  kind: Pending['request']['kind'],
  failure: Failure,
): EngineState {
  const suspects = new Map(state.faults.suspects);
  suspects.set(subject, new Map(suspects.get(subject)).set(kind, failure));
  return withFaults(state, { suspects });
}

/** Why no request will pass, if so: two kinds of request failed alike, and none on its way could refute that. */
export function confirmedStop({ faults, pending }: EngineState): Failure | undefined {
  for (const kinds of faults.suspects.values()) {
    if (kinds.size < CONFIRMED_BY) continue;
    const others = pending.all().filter(({ request }) => !kinds.has(request.kind));
    if (others.every(({ request }) => COSTS[request.kind].host !== 'futures')) return [...kinds.values()].at(-1);
  }
  return undefined;
}

/** A request that failed for the clock or the key waits for the repair: its end is an event. */
export function isBeingRepaired({ faults }: EngineState, failure: Failure | undefined): boolean {
  const repair = failure?.reason === 'clock' ? faults.clock : failure?.reason === 'key' ? faults.key : undefined;
  return repair?.kind === 'wanted' || repair?.kind === 'running';
}

/** Kinds of request that must fail alike. */
const CONFIRMED_BY = 2;

/** Once for the orders that went out together: each was refused for the same window. */
function withWiderWindow(
  state: EngineState,
  request: ExchangeRequest,
): { readonly state: EngineState; readonly step: Step } {
  const { recvWindowMs } = state.faults;
  if (request.kind !== 'close' || request.recvWindowMs >= WIDEST_WINDOW_MS) return { state, step: 'later' };
  if (request.recvWindowMs < recvWindowMs) return { state, step: 'widen-window' };
  const wider = Math.min(WIDEST_WINDOW_MS, request.recvWindowMs * 2);
  return { state: withFaults(state, { recvWindowMs: wider }), step: 'widen-window' };
}

const withFaults = (state: EngineState, change: Partial<AccountFaults>): EngineState => ({
  ...state,
  faults: { ...state.faults, ...change },
});

const averaged = (before: number | undefined, latencyMs: number): number =>
  before === undefined ? latencyMs : before * 0.7 + latencyMs * 0.3;

/** Binance, General Info, "Timing security": recvWindow is at most 60000. */
export const WIDEST_WINDOW_MS = 60_000;

export const windowOf = ({ faults }: Pick<EngineState, 'faults'>, target: CloseTarget): number =>
  Math.min(WIDEST_WINDOW_MS, faults.recvWindowMs * (isSilent(target) ? 2 ** target.tries : 1));

const isSilent = ({ failure }: CloseTarget): boolean =>
  failure?.certainty === 'unknown' && failure.reason === 'no-answer';

/** For the next attempt; undefined if it need not be wider than configured. */
export function windowToCarry(state: EngineState): number | undefined {
  let widestMs = state.faults.recvWindowMs;
  for (const { targets } of state.symbols.values()) {
    for (const target of targets)
      if (target.position !== undefined) widestMs = Math.max(widestMs, nextWindowMs(state, target));
  }
  return widestMs > state.job.recvWindowMs ? Math.min(WIDEST_WINDOW_MS, widestMs) : undefined;
}

function nextWindowMs(state: EngineState, target: CloseTarget): number {
  const { stage } = target;
  if (stage.kind !== 'in-flight') return windowOf(state, target);
  const sent = stage.ids.map(id => state.pending.get(id)?.request);
  return Math.max(...sent.map(request => (request?.kind === 'close' ? request.recvWindowMs * 2 : 0)));
}

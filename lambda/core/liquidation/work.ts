/**
 * How work goes on after its requests ended; the same rule for closes, cancels and order queries. A try is used up only if
 * nothing moved; a wait for limits or overload uses up none; after a repair, or with a different order, the work goes on at
 * once. When all tries are used up the work ends for this attempt (`exhausted`).
 *
 * Requests that may be sent twice (cancels, order queries, the clock) and are not answered are sent again after a growing
 * pause. The first answer counts; the other is still merged.
 */

import type { Failure } from '../exchange/failure.ts';
import type { Step } from '../exchange/next-step.ts';
import type { EngineState, Retries } from './state.ts';
import { type BatchOutcome, IDLE, type Stage, type Work } from './symbols/symbol-work.ts';
import { backoffMs, PATIENCE_MIN_MS } from './timing.ts';

export const NO_OUTCOME: BatchOutcome = { needsRead: false, failed: false, step: undefined, failure: undefined };

/** The outcome of a batch after one more answer. */
export function withAnswer(
  soFar: BatchOutcome,
  answer: { readonly needsRead: boolean; readonly step?: Step; readonly failure?: Failure },
): BatchOutcome {
  const { needsRead, step, failure } = answer;
  const isHigher = step !== undefined && (soFar.step === undefined || STEP_ORDER[step] > STEP_ORDER[soFar.step]);
  return {
    needsRead: soFar.needsRead || needsRead,
    failed: soFar.failed || failure !== undefined,
    step: isHigher ? step : soFar.step,
    failure: isHigher || soFar.failure === undefined ? (failure ?? soFar.failure) : soFar.failure,
  };
}

/**
 * The highest step of a batch counts. In this order: another order, after a read, after a pause, no further try. A limit order
 * pauses as well.
 */
const STEP_ORDER: Readonly<Record<Step, number>> = {
  again: 0,
  'widen-window': 1,
  'set-clock': 2,
  'read-secret': 3,
  'fewer-digits': 4,
  smaller: 5,
  'limit-order': 6,
  'nearer-price': 7,
  'already-done': 8,
  read: 9,
  'read-orders': 10,
  wait: 11,
  later: 12,
  'later-with-rules': 13,
  'check-trading': 14,
  'give-up-with-rules': 15,
  'give-up': 16,
};

/**
 * The work after a failure that asks for `step`. `spreadBy`: any number that differs between most failures of one instant, so
 * that their pauses end at different ones.
 */
export function afterFailure(
  job: Retries,
  work: Work,
  step: Step,
  failure: Failure,
  atMs: number,
  spreadBy: number,
): Work {
  switch (step) {
    case 'again':
      // The next connection is a new one. A second time the exchange is at fault.
      return work.waits === 0
        ? { ...work, failure, waits: 1, stage: IDLE }
        : afterFailure(job, work, 'wait', failure, atMs, spreadBy);
    case 'widen-window':
    case 'set-clock':
    case 'read-secret':
    case 'smaller':
    case 'fewer-digits':
    case 'nearer-price':
      return { ...work, failure, stage: IDLE };
    case 'wait': {
      const waits = work.waits + 1;
      const pauseMs = failure.retryAfterMs ?? Math.min(LONGEST_WAIT_MS, pause(job, waits, spreadBy));
      return { ...work, failure, waits, stage: { kind: 'waiting', untilMs: atMs + pauseMs } };
    }
    case 'give-up':
    case 'give-up-with-rules':
      return { ...work, failure, stage: { kind: 'exhausted' } };
    case 'already-done':
      return { ...work, stage: IDLE };
    default:
      return afterTry(job, work, failure, atMs, spreadBy);
  }
}

/** One try is used up. */
export function afterTry(job: Retries, work: Work, failure: Failure | undefined, atMs: number, spreadBy: number): Work {
  const tries = work.tries + 1;
  const stage: Stage =
    tries > job.maxRetries
      ? { kind: 'exhausted' }
      : { kind: 'waiting', untilMs: atMs + (failure?.retryAfterMs ?? pause(job, tries, spreadBy)) };
  return { ...work, tries, stage, failure: failure ?? work.failure };
}

/** The stage without the request `id` that ended, and whether it was the last of its batch. */
export function withoutRequest(
  stage: Stage,
  id: number,
  outcome: BatchOutcome,
): { readonly stage: Stage; readonly isOver: boolean } {
  if (stage.kind !== 'in-flight' || !stage.ids.includes(id)) return { stage, isOver: false };
  const ids = stage.ids.filter(one => one !== id);
  return { stage: { ...stage, ids, soFar: outcome }, isOver: ids.length === 0 };
}

export const isDue = ({ stage }: Work, nowMs: number): boolean =>
  stage.kind === 'idle' || (stage.kind === 'waiting' && stage.untilMs <= nowMs);

/** When it is due by itself. */
export const timerOf = ({ stage }: Work): number | undefined => (stage.kind === 'waiting' ? stage.untilMs : undefined);

/** The longest pause if the exchange requested none. */
const LONGEST_WAIT_MS = 1_000;

function pause(job: Retries, count: number, spreadBy: number): number {
  const fraction = (job.jitter + spreadBy * GOLDEN_RATIO) % 1;
  return backoffMs(job.retryDelayMs, count, fraction);
}

/** Its multiples modulo 1 are evenly spread, so the same inputs give the same pauses. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/** How long to wait for the answer, the first time. */
export const patienceMs = ({ latencyMs = 0 }: Pick<EngineState, 'latencyMs'>): number =>
  Math.max(PATIENCE_MIN_MS, latencyMs * 3);

/** Due like any work, or without an answer for too long. */
export const isDueOrSilent = (state: EngineState, work: Work, nowMs: number): boolean =>
  isDue(work, nowMs) || silentFromMs(state, work) <= nowMs;

/** When it is due, or counts as silent; undefined if only an answer changes something. */
export function timerOrSilenceOf(state: EngineState, work: Work): number | undefined {
  const atMs = silentFromMs(state, work);
  return atMs === Number.POSITIVE_INFINITY ? timerOf(work) : atMs;
}

/** Infinity if nothing is on its way, or all tries are used up. */
function silentFromMs(state: EngineState, { stage, tries }: Work): number {
  if (stage.kind !== 'in-flight' || tries >= state.job.maxRetries) return Number.POSITIVE_INFINITY;
  return stage.sinceMs + patienceMs(state) * 2 ** tries;
}

/** After a request without an answer: its connection, and others like it, may take requests and answer none. */
export const afreshAfter = ({ stage, tries, waits, failure }: Work): { readonly afresh?: true } =>
  stage.kind === 'in-flight' || (tries + waits > 0 && UNANSWERED.has(failure?.reason)) ? { afresh: true } : {};

const UNANSWERED: ReadonlySet<Failure['reason'] | undefined> = new Set(['no-answer', 'stale-connection'] as const);

/** The work after its request `id` went out. Requests that go out together are one batch; a repetition uses up a try. */
export function withRequest<W extends Work>(work: W, id: number, atMs: number): W {
  const { stage } = work;
  if (stage.kind === 'in-flight' && stage.sinceMs === atMs)
    return { ...work, stage: { ...stage, ids: [...stage.ids, id] } };
  const next: Stage = { kind: 'in-flight', ids: [id], sinceMs: atMs, soFar: NO_OUTCOME };
  return stage.kind === 'in-flight'
    ? { ...work, stage: next, tries: work.tries + 1, failure: SENT_AGAIN }
    : { ...work, stage: next };
}

const SENT_AGAIN: Failure = {
  certainty: 'unknown',
  subject: 'request',
  reason: 'no-answer',
  message: 'no answer so far; the request was sent again',
};

/**
 * How work goes on after its requests ended; the same rule for closes, cancels and order queries. A try is used up only if
 * nothing moved; a wait for limits or overload uses up none; after a repair, or with a different order, the work goes on at
 * once. When all tries are used up the work ends for this attempt (`exhausted`).
 */

import type { Failure } from '../exchange/failure.ts';
import type { Step } from '../exchange/next-step.ts';
import type { Retries } from './job.ts';
import { type BatchOutcome, IDLE, type Stage, type Work } from './symbols/symbol-work.ts';
import { backoffMs } from './timing.ts';

export const NO_OUTCOME: BatchOutcome = { needsRead: false, failed: false, step: undefined, failure: undefined };

/** The outcome of a batch after one more answer. */
export function withAnswer(
  soFar: BatchOutcome,
  answer: { readonly needsRead: boolean; readonly step?: Step; readonly failure?: Failure },
): BatchOutcome {
  const { needsRead, step, failure } = answer;
  const ranksHigher = step !== undefined && (soFar.step === undefined || RANK[step] > RANK[soFar.step]);
  return {
    needsRead: soFar.needsRead || needsRead,
    failed: soFar.failed || failure !== undefined,
    step: ranksHigher ? step : soFar.step,
    failure: ranksHigher || soFar.failure === undefined ? (failure ?? soFar.failure) : soFar.failure,
  };
}

/**
 * The highest step of a batch counts. In this order: another order, after a read, after a pause, no further try. A limit order
 * pauses as well.
 */
const RANK: Readonly<Record<Step, number>> = {
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

/** The work after a failure that asks for `step`. `salt` spreads failures of the same instant. */
export function afterFailure(job: Retries, work: Work, step: Step, failure: Failure, atMs: number, salt: number): Work {
  switch (step) {
    case 'again':
      // The next connection is a new one. A second time the exchange is at fault.
      return work.waits === 0
        ? { ...work, failure, waits: 1, stage: IDLE }
        : afterFailure(job, work, 'wait', failure, atMs, salt);
    case 'widen-window':
    case 'set-clock':
    case 'read-secret':
    case 'smaller':
    case 'fewer-digits':
    case 'nearer-price':
      return { ...work, failure, stage: IDLE };
    case 'wait': {
      const waits = work.waits + 1;
      const pauseMs = failure.retryAfterMs ?? Math.min(LONGEST_WAIT_MS, pause(job, waits, salt));
      return { ...work, failure, waits, stage: { kind: 'waiting', untilMs: atMs + pauseMs } };
    }
    case 'give-up':
    case 'give-up-with-rules':
      return { ...work, failure, stage: { kind: 'exhausted' } };
    case 'already-done':
      return { ...work, stage: IDLE };
    default:
      return afterTry(job, work, failure, atMs, salt);
  }
}

/** One try is used up. */
export function afterTry(job: Retries, work: Work, failure: Failure | undefined, atMs: number, salt: number): Work {
  const tries = work.tries + 1;
  const stage: Stage =
    tries > job.maxRetries
      ? { kind: 'exhausted' }
      : { kind: 'waiting', untilMs: atMs + (failure?.retryAfterMs ?? pause(job, tries, salt)) };
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

function pause(job: Retries, count: number, salt: number): number {
  const fraction = (job.jitter + salt * GOLDEN_RATIO) % 1;
  return backoffMs(job.retryDelayMs, count, fraction);
}

/** Its multiples modulo 1 are evenly spread, so the same inputs give the same pauses. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

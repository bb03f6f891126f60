/**
 * One request outside of the engine that changes nothing (preflight, fills), with the engine's rules for failures, tries and
 * waits. Without an answer it is sent again, each time after a longer wait, because a dead connection may lose one request
 * and not the next. The first answer counts.
 */

import type { Failure } from '../../core/exchange/failure.ts';
import { costIn } from '../../core/exchange/market.ts';
import { nextStep } from '../../core/exchange/next-step.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../core/exchange/request.ts';
import { type Taken, take } from '../../core/exchange/room.ts';
import type { Job, Retries } from '../../core/liquidation/state.ts';
import { NO_WORK, type Work } from '../../core/liquidation/symbols/symbol-work.ts';
import { afterFailure, isDue, timerOf } from '../../core/liquidation/work.ts';
import type { Clock, Reply, RequestTrace } from '../../ports.ts';
import { firstWithin } from '../first-within.ts';
import type { ExchangeSession } from './exchange-session.ts';

export interface Caller {
  readonly clock: Clock;
  readonly session: ExchangeSession;
  readonly job: Retries & Pick<Job, 'deadline'>;
  readonly signal: AbortSignal;
  /** The first wait, if positions are at risk meanwhile. */
  readonly patienceMs?: number;
}

export type Called<T> =
  | { readonly ok: true; readonly value: T; readonly traces: readonly RequestTrace[] }
  | { readonly ok: false; readonly failure: Failure; readonly traces: readonly RequestTrace[] };

/** Until it passes, may not be repeated, or time or tries are used up. Never throws. */
export async function callExchange<K extends RequestKind>(
  caller: Caller,
  request: Extract<ExchangeRequest, { kind: K }>,
): Promise<Called<AnswerOf[K]>> {
  const { clock, session, job, signal } = caller;
  const { workUntilMs } = job.deadline;
  const cost = costIn(session.market, request.kind);
  const traces: RequestTrace[] = [];
  const repaired = { clock: false, key: false };
  let work: Work = NO_WORK;
  let failure = NO_ROOM;
  for (let round = 1; ; round += 1) {
    const nowMs = clock.nowMs();
    const room = roomFor(session, request.kind, nowMs);
    const dueAtMs = isDue(work, nowMs) ? nowMs : (timerOf(work) ?? workUntilMs);
    const readyAtMs = room.ok ? dueAtMs : (room.atMs ?? nowMs + BUSY_MS);
    if (readyAtMs >= workUntilMs || signal.aborted) return { ok: false, failure, traces };
    if (readyAtMs > nowMs) {
      await clock.sleep(readyAtMs - nowMs, signal);
      continue;
    }
    const reply = await askUntilAnswered(caller, request);
    traces.push(reply.trace);
    if (reply.ok) return { ok: true, value: reply.value as AnswerOf[K], traces };
    failure = reply.failure;
    const step = nextStep(cost.operation, failure);
    if (step === 'set-clock' && !repaired.clock) {
      repaired.clock = true;
      await askUntilAnswered<'server-time'>(caller, { kind: 'server-time' });
      continue;
    }
    if (step === 'read-secret' && !repaired.key && cost.host === 'futures') {
      repaired.key = true;
      await session.readSecretAgain();
      continue;
    }
    // Outside of the engine nothing is known that would make a refused request pass later.
    const isOver = failure.certainty === 'refused' && step !== 'wait';
    work = afterFailure(job, work, isOver ? 'give-up' : step, failure, clock.nowMs(), round);
    if (work.stage.kind === 'exhausted') return { ok: false, failure, traces };
  }
}

/** When there may be room for one more request that can wait. */
export function roomFor(session: ExchangeSession, kind: RequestKind, nowMs: number): Taken {
  const cost = costIn(session.market, kind);
  return take(session.limiter(cost.host).room(nowMs), cost, 'can-wait', nowMs);
}

/** All slots are taken: an answer frees one soon. */
const BUSY_MS = 5;

const NO_ROOM: Failure = {
  certainty: 'throttled',
  subject: 'address',
  reason: 'weight-limit',
  message: 'not sent: the rate limit leaves no room before the deadline',
};

/** The first wait otherwise. Longer than in the engine, because no position is at risk. */
const PATIENCE_MS = 2_000;

async function askUntilAnswered<K extends RequestKind>(
  { clock, session, job, signal, patienceMs = PATIENCE_MS }: Caller,
  request: Extract<ExchangeRequest, { kind: K }>,
): Promise<Reply<AnswerOf[K]>> {
  const over = new AbortController();
  const giveUp = (): void => over.abort('over');
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  const asked: Promise<Reply<AnswerOf[K]>>[] = [];
  try {
    for (;;) {
      asked.push(session.send(request, over.signal));
      if (asked.length > job.maxRetries) return await Promise.race(asked);
      const reply = await firstWithin(clock, patienceMs * 2 ** (asked.length - 1), asked);
      if (reply) return reply;
      // A repetition must fit into the rate limits too, and respect a wait that the exchange requested.
      if (!roomFor(session, request.kind, clock.nowMs()).ok) return await Promise.race(asked);
    }
  } finally {
    signal.removeEventListener('abort', giveUp);
    giveUp();
  }
}

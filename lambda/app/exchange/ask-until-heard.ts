/**
 * One request outside of the engine that changes nothing (a read, a test). Without an answer it is sent again, each time
 * after a longer wait, because a dead connection may lose one request and not the next. The first answer counts.
 */

import { costIn } from '../../core/exchange/market.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../core/exchange/request.ts';
import { take } from '../../core/exchange/room.ts';
import type { Job } from '../../core/liquidation/job.ts';
import type { Clock, Reply } from '../../ports.ts';
import { firstWithin } from '../first-within.ts';
import type { ExchangeSession } from './exchange-session.ts';

export interface Caller {
  readonly clock: Clock;
  readonly session: ExchangeSession;
  readonly job: Pick<Job, 'maxRetries' | 'retryDelayMs' | 'jitter' | 'deadline'>;
  readonly signal: AbortSignal;
  /** The first wait, if positions are at risk meanwhile. */
  readonly patienceMs?: number;
}

/** The first wait otherwise. Longer than in the engine, because no position is at risk. */
const PATIENCE_MS = 2_000;

export async function askUntilHeard<K extends RequestKind>(
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
      asked.push(session.ask(request, over.signal));
      if (asked.length > job.maxRetries) return await Promise.race(asked);
      const reply = await firstWithin(clock, patienceMs * 2 ** (asked.length - 1), asked);
      if (reply) return reply;
      if (!hasRoom(session, request.kind, clock.nowMs())) return await Promise.race(asked);
    }
  } finally {
    signal.removeEventListener('abort', giveUp);
    giveUp();
  }
}

/** A repetition must fit into the rate limits too, and respect a wait that the exchange requested. */
function hasRoom(session: ExchangeSession, kind: RequestKind, nowMs: number): boolean {
  const cost = costIn(session.market, kind);
  return take(session.limiter(cost.host).room(nowMs), cost, 'can-wait', nowMs).ok;
}

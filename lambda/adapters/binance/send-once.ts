/**
 * One request, sent at most once and bounded in time. Gives what came over the wire, or what is known when nothing did.
 *
 *   called ── handed to the transport ── on the connection ────────────── answer
 *     not sent                  unreached      unknown: it may have arrived
 */

import type { Failure } from '../../core/exchange/failure.ts';
import type { Clock } from '../../ports.ts';
import { SILENCE_MS, SUSPECT_IDLE_MS } from '../connections/aging-agent.ts';
import type { HttpRequest, PendingRequest, Transport } from './http-transport.ts';
import { networkError } from './network-errors.ts';
import type { HttpAnswer } from './response.ts';
import { noAnswer, notSent, staleConnection, unreachable } from './wire-failures.ts';

export type SendResult =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'failure'; readonly failure: Failure };

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Throws only what is no error of a transport. */
export async function sendOnce(
  transport: Transport,
  request: HttpRequest,
  { timeoutMs, signal }: Limits,
  clock: Clock,
): Promise<SendResult> {
  if (signal?.aborted) return failed(notSent('the call was given up before'));
  if (!(timeoutMs > 0)) return failed(notSent('no time was left'));

  const pending = transport(request);
  const timer = new AbortController();
  const givenUp = Promise.withResolvers<SendResult>();
  const giveUp = (): void => givenUp.resolve(failed(unanswered(pending, 0, 'given up while waiting for the answer')));
  signal?.addEventListener('abort', giveUp);
  try {
    return await Promise.race([
      // First in the race: an answer that comes at the same moment as the timeout counts.
      outcomeOf(pending),
      clock
        .sleep(timeoutMs, timer.signal)
        .then(() => failed(unanswered(pending, timeoutMs, `our own deadline: ${Math.round(timeoutMs)} ms were left`))),
      givenUp.promise,
    ]);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    timer.abort(OVER);
    pending.abandon();
  }
}

async function outcomeOf(pending: PendingRequest): Promise<SendResult> {
  try {
    return { kind: 'answer', answer: await pending.answer };
  } catch (error) {
    const fault = networkError(error);
    if (fault === undefined) throw error;
    if (!fault.connected) return failed(unreachable(fault.detail));
    const wasDead = pending.idleMsBefore() !== undefined && !pending.wasAnswered();
    return failed(
      wasDead ? staleConnection(`${fault.detail}, on a connection that had stood idle`) : noAnswer(fault.detail),
    );
  }
}

/** The failure when we stop waiting: after `waitedMs` by our deadline, or 0 when the caller has aborted. */
function unanswered(pending: PendingRequest, waitedMs: number, why: string): Failure {
  if (!pending.wasSent()) return unreachable(`no connection was made; ${why}`);
  const stale = (pending.idleMsBefore() ?? 0) >= SUSPECT_IDLE_MS && waitedMs >= SILENCE_MS && !pending.wasAnswered();
  return stale
    ? staleConnection(`no byte came on a connection that had stood idle; ${why}`)
    : noAnswer(`no answer; ${why}`);
}

/** A reason of our own: without one, each abort makes a DOMException with a stack. */
const OVER = 'over';

const failed = (failure: Failure): SendResult => ({ kind: 'failure', failure });

/**
 * One call through the SDK: its limits, and its outcome. The SDK has no place for either, so a call is passed beside it, in
 * the asynchronous context:
 *
 *   account ─ calls.run(call) ─▶ SDK: builds, signs, serialises ─▶ axios adapter: calls.getStore() ─ sendOnce ─▶ call.sent
 *
 * The adapter is what axios calls in place of its own HTTP. It sends the request at most once within the limits of the call,
 * and stores what came over the wire, or what is known when nothing did. Axios and the SDK only learn that it is over.
 *
 *   called ── handed to the transport ── on the connection ────────────── answer
 *     not sent                  unreached      unknown: it may have arrived
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Failure } from '../../core/exchange/failure.ts';
import type { CallLimits, Clock, RequestTrace } from '../../ports.ts';
import { SILENCE_MS, SUSPECT_IDLE_MS } from '../connections/aging-agent.ts';
import type { HttpRequest, PendingRequest, Transport } from './http-transport.ts';
import { networkError, noAnswer, notSent, staleConnection, unreachable } from './network-failures.ts';
import type { HttpAnswer } from './response.ts';

export interface Call {
  readonly clock: Clock;
  readonly endsAtMs: number;
  readonly signal: AbortSignal | undefined;
  /** On a connection that no request was sent on. */
  readonly afresh: boolean;
  /** Why nothing may be sent; undefined: it may be sent. */
  refusal: SendResult | undefined;
  /** Method and path as the SDK built them, and when the request began. */
  request: Pick<RequestTrace, 'method' | 'path' | 'startedAtMs'> | undefined;
  sent: SendResult | undefined;
  /** What was thrown instead; never shown as it is. */
  problem: unknown;
  endedAtMs: number;
}

export const calls = new AsyncLocalStorage<Call>();

export function beginCall(clock: Clock, { timeoutMs, signal }: CallLimits, afresh = false, refusal?: SendResult): Call {
  const nowMs = clock.nowMs();
  const nothingYet = { request: undefined, sent: undefined, problem: undefined, endedAtMs: nowMs };
  return { clock, endsAtMs: nowMs + timeoutMs, signal, afresh, refusal, ...nothingYet };
}

interface AxiosConfig {
  readonly url?: string;
  readonly method?: string;
}

/** `origin`: scheme and host, with which each URL of the client begins. Without `apiKey`, requests name no account. */
export function createAxiosAdapter(transport: Transport, origin: string, apiKey: string | undefined) {
  return async <Config extends AxiosConfig>(config: Config) => {
    const call = calls.getStore();
    if (call === undefined) throw new Error('The SDK asked outside of a call.');
    const target = (config.url ?? '').slice(origin.length);
    const [path = ''] = target.split('?', 1);
    const method = METHODS[config.method?.toUpperCase() ?? ''];
    if (method === undefined) throw new Error(`The SDK asked by ${config.method}.`);
    const startedAtMs = call.clock.nowMs();
    call.request = { method, path, startedAtMs };
    const limits = { timeoutMs: call.endsAtMs - startedAtMs, signal: call.signal };
    const request = { origin, method, target, apiKey, afresh: call.afresh };
    try {
      call.sent = call.refusal ?? (await sendOnce(transport, request, limits, call.clock));
    } catch (error) {
      call.problem = error;
    }
    call.endedAtMs = call.clock.nowMs();
    return { status: 200, data: NOTHING, statusText: '', headers: {}, config };
  };
}

const METHODS: Readonly<Record<string, RequestTrace['method']>> = {
  GET: 'GET',
  POST: 'POST',
  DELETE: 'DELETE',
};

/** Frozen, because all calls share it. */
const NOTHING = Object.freeze({});

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

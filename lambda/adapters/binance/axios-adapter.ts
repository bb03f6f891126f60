/**
 * One call through the SDK: its limits, and its outcome. The SDK has no place for either, so a call is passed beside it, in
 * the asynchronous context:
 *
 *   account ─ calls.run(call) ─▶ SDK: builds, signs, serialises ─▶ axios adapter: calls.getStore() ─ sendOnce ─▶ call.sent
 *
 * The adapter is what axios calls in place of its own HTTP. It sends the request once within the limits of the call, and
 * leaves the outcome there. Axios and the SDK only learn that it is over.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallLimits, Clock, RequestTrace } from '../../ports.ts';
import type { Transport } from './http-transport.ts';
import { type SendResult, sendOnce } from './send-once.ts';

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
    return { status: 200, data: OVER, statusText: '', headers: {}, config };
  };
}

const METHODS: Readonly<Record<string, RequestTrace['method']>> = {
  GET: 'GET',
  POST: 'POST',
  DELETE: 'DELETE',
};

/** Frozen, because all calls share it. */
const OVER = Object.freeze({});

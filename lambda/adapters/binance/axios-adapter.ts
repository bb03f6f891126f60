/**
 * What axios calls in place of its own HTTP: takes the request as the SDK built it, sends it once within the limits of the
 * call that is running, and leaves the outcome in that call. Axios and the SDK only learn that it is over.
 */

import type { RequestTrace } from '../../ports.ts';
import { calls } from './call.ts';
import type { Transport } from './http-transport.ts';
import { sendOnce } from './send-once.ts';

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

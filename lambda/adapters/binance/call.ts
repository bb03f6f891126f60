/**
 * One call through the SDK: its limits, and its outcome. The SDK has no place for either, so a call is passed beside it, in
 * the asynchronous context:
 *
 *   account ─ calls.run(call) ─▶ SDK: builds, signs, serialises ─▶ axios adapter: calls.getStore() ─ sendOnce ─▶ call.sent
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallLimits, Clock, RequestTrace } from '../../ports.ts';
import type { SendResult } from './send-once.ts';

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

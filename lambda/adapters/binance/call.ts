/**
 * One call on its way through the SDK: what bounds it, and what came of it. The SDK has no place for either, so a call
 * travels beside it, in the asynchronous context:
 *
 *   account ─ calls.run(call) ─▶ SDK: builds, signs, serialises ─▶ axios adapter: calls.getStore() ─ sendOnce ─▶ call.sent
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallLimits, Clock, RequestTrace } from '../../ports.ts';
import type { SendResult } from './send-once.ts';

export interface Call {
  /** The clock of the invocation that is running. */
  readonly clock: Clock;
  readonly endsAtMs: number;
  readonly signal: AbortSignal | undefined;
  /** Why nothing is to be sent; undefined as long as nothing speaks against it. */
  refusal: SendResult | undefined;
  /** Method and path as the SDK built them, and when the request began. */
  request: Pick<RequestTrace, 'method' | 'path' | 'startedAtMs'> | undefined;
  sent: SendResult | undefined;
  /** What was thrown instead; shown to nobody as it is. */
  problem: unknown;
  endedAtMs: number;
}

export const calls = new AsyncLocalStorage<Call>();

export function beginCall(clock: Clock, { timeoutMs, signal }: CallLimits, refusal?: SendResult): Call {
  const nowMs = clock.nowMs();
  const nothingYet = { request: undefined, sent: undefined, problem: undefined, endedAtMs: nowMs };
  return { clock, endsAtMs: nowMs + timeoutMs, signal, refusal, ...nothingYet };
}

/**
 * How the stores in memory answer: late, not at all, or without an answer, with a trace of all calls. Time is the injected
 * clock's, so a hanging store costs a virtual-time test nothing.
 *
 *   refuse       answers at once that it cannot; nothing was done
 *   hang         never answers; nothing was done
 *   lose-answer  never answers; it WAS done
 */

import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { Clock } from '../../lambda/ports.ts';

export type StoreFault = 'refuse' | 'hang' | 'lose-answer';

export interface StoreCall<Operation> {
  readonly operation: Operation;
  /** The correlation ID, the bot, the shard; empty where there is none. */
  readonly target: string;
  readonly atMs: number;
  /** In the words of the caller; by default the operation. */
  readonly doing: string;
}

/** Half of the latency, the effect, the other half. Rejects when `timeoutMs` are over. */
export type Remote<Operation> = <T>(
  operation: Operation,
  target: string,
  timeoutMs: number,
  effect: () => T,
  doing?: string,
) => Promise<T>;

interface Conditions<Operation> {
  readonly clock: Clock;
  readonly faultOf: (call: StoreCall<Operation>, number: number) => StoreFault | undefined;
  readonly latencyMs: () => number;
}

export function createRemote<Operation extends string>({
  clock,
  faultOf,
  latencyMs,
}: Conditions<Operation>): {
  readonly calls: readonly StoreCall<Operation>[];
  readonly remote: Remote<Operation>;
} {
  const calls: StoreCall<Operation>[] = [];
  const remote: Remote<Operation> = async (operation, target, timeoutMs, effect, doing = operation) => {
    const failure = (certainty: StoreError['certainty']): StoreError =>
      new StoreError(certainty, `The store in memory fails at ${operation} of ${target} (${certainty}).`);
    const call = { operation, target, atMs: clock.nowMs(), doing };
    calls.push(call);
    if (!(timeoutMs > 0)) throw failure('unreached');
    const fault = faultOf(call, calls.length);
    if (fault === 'refuse') throw failure('refused');
    const takesMs = latencyMs();
    const isAnswered = fault === undefined && takesMs < timeoutMs;
    const wayMs = fault === 'hang' ? timeoutMs : Math.min(takesMs / 2, timeoutMs);
    // Without latency the effect comes in the instant of the call, before anything else of that instant.
    if (wayMs > 0) await clock.sleep(wayMs);
    if (fault === 'hang') throw failure('unknown');
    const result = effect();
    const backMs = (isAnswered ? takesMs : timeoutMs) - wayMs;
    if (backMs > 0) await clock.sleep(backMs);
    if (!isAnswered) throw failure('unknown');
    return result;
  };
  return { calls, remote };
}

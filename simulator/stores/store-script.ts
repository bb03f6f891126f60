/**
 * A trace of the calls of the stores in memory, and their faults. Time is the injected clock's, so a
 * hanging store costs a virtual-time test nothing.
 *
 *   refuse       answers at once that it cannot; nothing was done
 *   hang         never answers; nothing was done
 *   lose-answer  never answers; it WAS done
 */

import type { Certainty } from '../../lambda/core/exchange/failure.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { AuditSink, Clock, LockStore, RunRecords, UnfinishedRuns } from '../../lambda/ports.ts';

export type StoreOperation = keyof LockStore | keyof AuditSink | keyof UnfinishedRuns | keyof RunRecords | 'readRecord';
export type StoreFault = 'refuse' | 'hang' | 'lose-answer';

interface StoreCall {
  readonly operation: StoreOperation;
  readonly correlationId: string;
  readonly atMs: number;
  readonly fault: StoreFault | undefined;
}

export interface StoreScript {
  /** The next call meets the fault, or the next `times` calls of the `operation`. */
  failNext(fault: StoreFault, which?: { readonly operation?: StoreOperation; readonly times?: number }): void;
  /** Every call meets the fault, until `recover`. */
  failAll(fault: StoreFault): void;
  /** Removes all faults. */
  recover(): void;
  /** Every call takes this long from now on. */
  takeMs(latencyMs: number): void;
  readonly calls: readonly StoreCall[];
}

/** Runs an effect as a remote store would: late, or not at all, or without an answer. */
export type Remote = <T>(
  operation: StoreOperation,
  correlationId: string,
  timeoutMs: number,
  effect: () => T,
) => Promise<T>;

export function createStoreScript(clock: Clock): { readonly script: StoreScript; readonly remote: Remote } {
  const calls: StoreCall[] = [];
  let orders: { readonly fault: StoreFault; readonly operation: StoreOperation | undefined; left: number }[] = [];
  let latencyMs = 0;

  const script: StoreScript = {
    failNext: (fault, { operation, times = 1 } = {}) => {
      orders = [...orders, { fault, operation, left: times }];
    },
    failAll: fault => {
      orders = [...orders, { fault, operation: undefined, left: Number.POSITIVE_INFINITY }];
    },
    recover: () => {
      orders = [];
    },
    takeMs: ms => {
      latencyMs = ms;
    },
    calls,
  };

  const remote: Remote = async (operation, correlationId, timeoutMs, effect) => {
    const order = orders.find(({ operation: meant, left }) => left > 0 && (meant ?? operation) === operation);
    if (order !== undefined) order.left -= 1;
    const fault = order?.fault;
    calls.push({ operation, correlationId, atMs: clock.nowMs(), fault });
    if (!(timeoutMs > 0)) throw new StoreError('unreached', `No time was left to ${operation} ${correlationId}.`);
    if (fault === 'refuse') throw failure('refused', operation, correlationId);
    const result = fault === 'hang' ? undefined : { value: effect() };
    const answersInTime = fault === undefined && latencyMs < timeoutMs;
    const waitMs = answersInTime ? latencyMs : timeoutMs;
    if (waitMs > 0) await clock.sleep(waitMs);
    if (!answersInTime || result === undefined) throw failure('unknown', operation, correlationId);
    return result.value;
  };

  return { script, remote };
}

const failure = (certainty: Certainty, operation: StoreOperation, correlationId: string): StoreError =>
  new StoreError(
    certainty,
    `The store in memory is scripted to fail at ${operation} of ${correlationId} (${certainty}).`,
  );

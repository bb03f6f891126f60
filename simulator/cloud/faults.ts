/**
 * Faults of a simulated AWS service, and the trace of its calls.
 *
 *   fail         answers with an error of AWS; nothing was done
 *   hang         never answers; nothing was done
 *   lose-answer  does it, and drops the connection instead of answering
 *   slow         does it, `delayMs` later
 */

import type { SimulatorClock } from '../engine/clock.ts';

type Fault =
  | { readonly kind: 'fail'; readonly status: number; readonly error: string; readonly message?: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'slow'; readonly delayMs: number };

interface CloudCall {
  readonly atMs: number;
  /** `GetItem`, `GetSecretValue`… */
  readonly operation: string;
  /** The table or the secret; empty when the call names none. */
  readonly target: string;
  readonly fault: Fault['kind'] | undefined;
}

/** Which calls a fault applies to; an omitted field matches all. */
interface FaultScope {
  readonly operation?: string;
  readonly target?: string;
}

export interface CloudFaults {
  /** The next `times` matching calls. */
  next(fault: Fault, scope?: FaultScope & { readonly times?: number }): void;
  /** Every matching call until `clear`. */
  always(fault: Fault, scope?: FaultScope): void;
  clear(): void;
  readonly calls: readonly CloudCall[];
  /** For the service: notes a call and takes the fault that applies to it. The latest fault wins. */
  take(operation: string, target: string): Fault | undefined;
}

export function createCloudFaults(clock: SimulatorClock): CloudFaults {
  let orders: { readonly fault: Fault; readonly scope: FaultScope; left: number }[] = [];
  const calls: CloudCall[] = [];
  return {
    next: (fault, { times = 1, ...scope } = {}) => {
      orders = [{ fault, scope, left: times }, ...orders];
    },
    always: (fault, scope = {}) => {
      orders = [{ fault, scope, left: Number.POSITIVE_INFINITY }, ...orders];
    },
    clear: () => {
      orders = [];
    },
    calls,
    take: (operation, target) => {
      const order = orders.find(({ scope, left }) => left > 0 && appliesTo(scope, operation, target));
      if (order !== undefined) order.left -= 1;
      calls.push({ atMs: clock.nowMs(), operation, target, fault: order?.fault.kind });
      return order?.fault;
    },
  };
}

const appliesTo = (scope: FaultScope, operation: string, target: string): boolean =>
  (scope.operation ?? operation) === operation && (scope.target ?? target) === target;

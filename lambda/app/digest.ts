/** What one act on a symbol teaches: whether it sufficed, and if not, when and how to try again. Pure. */

import { difference, isMore, isZero } from '../core/amount.ts';
import type { Failure } from '../core/failure.ts';
import { learnFromFailure, learnFromFill, type Memory } from '../core/lessons.ts';
import type { ActResult, ClosedPosition, SentClose } from './act.ts';

export interface Digest {
  readonly memory: Memory;
  /** False when the symbol needs another try. */
  readonly sufficed: boolean;
  readonly failures: readonly Failure[];
}

/** `waitMs` gives the backoff for a number of failures. */
export function digest(before: Memory, result: ActResult, nowMs: number, waitMs: (failures: number) => number): Digest {
  let memory = before;
  const failures: Failure[] = [...result.cancelled.failures];

  for (const position of result.positions) {
    const { positionSide } = position.plan.position;
    if (isMore(position.plan.dust, '0')) {
      const failure = dustFailure(position);
      failures.push(failure);
      if (position.closes.length === 0) memory = { ...memory, setAside: failure, lastFailure: failure };
    }
    for (const close of position.closes) {
      const { receipt } = close;
      if (receipt && isMore(receipt.executedQuantity, '0')) {
        memory = learnFromFill(memory, positionSide, receipt, nowMs);
      }
      const failure = close.failure ?? shortFill(close);
      if (failure === undefined) continue;
      failures.push(failure);
      memory = learnFromFailure(memory, failure, close.step ?? 'consult-rules', close.order.quantity);
    }
  }
  if (failures.length === 0) return { memory, sufficed: true, failures };
  const count = memory.failures + 1;
  const lastFailure = failures.at(-1);
  return {
    memory: { ...memory, failures: count, notBeforeMs: nowMs + waitMs(count), ...(lastFailure ? { lastFailure } : {}) },
    sufficed: false,
    failures,
  };
}

/** An order that ended before it was filled. One that is still NEW is no failure: the next observation tells. */
function shortFill({ order, receipt }: SentClose): Failure | undefined {
  if (receipt === undefined || !ENDED.has(receipt.status)) return undefined;
  if (isZero(difference(order.quantity, receipt.executedQuantity))) return undefined;
  const message = `filled ${receipt.executedQuantity} of ${order.quantity}, then ${receipt.status}: the book within the allowed band is exhausted`;
  return { knowledge: 'refused', reason: 'thin-book', message };
}

/** Binance, common definitions: statuses after which an order executes no more. */
const ENDED = new Set(['CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH']);

function dustFailure({ plan }: ClosedPosition): Failure {
  const message = `${plan.dust} of ${plan.position.amount} is below the smallest order of ${plan.position.symbol}: it can only be closed on the exchange's page`;
  return { knowledge: 'refused', reason: 'too-small', message };
}

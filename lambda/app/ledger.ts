/** What a run has seen and done, for the answer and the trail: positions seen, gone, left; orders cancelled; failures. */

import type { Failure } from '../core/failure.ts';
import type { Position, Scope, Snapshot } from '../core/model.ts';
import { inScope } from '../core/plan.ts';
import type { ActResult, SentClose } from './act.ts';
import type { Run } from './run.ts';

export interface SeenPosition {
  /** As first seen: the estimate of its profit comes from here. */
  readonly first: Position;
  readonly closes: readonly LedgerClose[];
  readonly gone: boolean;
}

/** `told` when the trail has it already, as part of a try that failed. */
export interface LedgerClose extends SentClose {
  readonly told: boolean;
}

export interface Ledger {
  /** Notes an observation; gives the positions that are gone since the last one. */
  observe(snapshot: Snapshot): readonly SeenPosition[];
  /** `closesTold`: the trail has the closes of this act already. */
  note(result: ActResult, closesTold: boolean): void;
  fail(failure: Failure, symbol?: string): void;
  seen(): readonly SeenPosition[];
  ordersCancelled(): number;
  /** The last failure of each symbol. */
  failures(): ReadonlyMap<string | undefined, Failure>;
  /** Whether an order that could have opened a position may have been among those cancelled. */
  entriesCancelled(): boolean;
  /** No outcome is open: every close was answered, and nothing that could open a position was cancelled meanwhile. */
  certain(): boolean;
}

const keyOf = (row: Pick<Position, 'symbol' | 'positionSide'>): string => `${row.symbol}|${row.positionSide}`;

export function openLedger({ world, deadline }: Pick<Run, 'world' | 'deadline'>, scope: Scope): Ledger {
  const positions = new Map<string, SeenPosition>();
  const failures = new Map<string | undefined, Failure>();
  let ordersCancelled = 0;
  let entriesCancelled = false;

  return {
    observe(snapshot) {
      if (snapshot.positions === undefined) return [];
      if (snapshot.orders !== undefined && snapshot.conditionals !== undefined) failures.delete(undefined);
      const present = new Set<string>();
      for (const row of snapshot.positions.filter(one => inScope(scope, one.symbol))) {
        const key = keyOf(row);
        present.add(key);
        const before = positions.get(key);
        positions.set(key, { first: before?.first ?? row, closes: before?.closes ?? [], gone: false });
      }
      const gone = [...positions].filter(([key, one]) => !one.gone && !present.has(key));
      return gone.map(([key, one]) => {
        const ended = { ...one, gone: true };
        positions.set(key, ended);
        return ended;
      });
    },
    note({ plan, cancelled, positions: acted }, told) {
      ordersCancelled += cancelled.orders + cancelled.conditionals;
      entriesCancelled ||= plan.cancelOrders > 0 || plan.cancelConditionals.length > 0;
      for (const { plan: own, closes } of acted) {
        const key = keyOf(own.position);
        const before = positions.get(key) ?? { first: own.position, closes: [], gone: false };
        positions.set(key, { ...before, closes: [...before.closes, ...closes.map(close => ({ ...close, told }))] });
      }
    },
    fail(failure, symbol) {
      // What our own deadline cut short says nothing of the exchange: the reason that was known before it stands.
      if (failures.has(symbol) && cutShort(failure)) return;
      failures.set(symbol, failure);
    },
    seen: () => [...positions.values()],
    ordersCancelled: () => ordersCancelled,
    failures: () => failures,
    entriesCancelled: () => entriesCancelled,
    certain: () =>
      !entriesCancelled && [...positions.values()].every(one => one.closes.every(close => close.receipt !== undefined)),
  };

  function cutShort({ reason, knowledge, status }: Failure): boolean {
    const isNotSent = reason === 'not-sent' || (knowledge === 'throttled' && status === undefined);
    return isNotSent || (reason === 'no-answer' && world.clock.nowMs() >= deadline.workUntilMs);
  }
}

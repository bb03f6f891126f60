/**
 * What a run has seen and done, for the answer and the trail: positions seen, gone, left; orders cancelled; failures.
 * A position that is opened again while it is liquidated counts, and is told, once for each time.
 */

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

/** One stay of a position, from the look that showed it to the one that did not; it grows while it lasts. */
interface Stay extends SeenPosition {
  /** As last seen. */
  last: Position;
  readonly closes: LedgerClose[];
  gone: boolean;
  /** Its end was given by `observe`. */
  told: boolean;
}

const stayOf = (row: Position): Stay => ({ first: row, last: row, closes: [], gone: false, told: false });

const keyOf = (row: Pick<Position, 'symbol' | 'positionSide'>): string => `${row.symbol}|${row.positionSide}`;

export function openLedger({ world, deadline }: Pick<Run, 'world' | 'deadline'>, scope: Scope): Ledger {
  /** By position, oldest first: somebody may open again what was closed. */
  const stays = new Map<string, Stay[]>();
  const all = (): readonly Stay[] => [...stays.values()].flat();
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
        const own = stays.get(key) ?? [];
        const latest = own.at(-1);
        // Gone, and changed since it was last seen: opened again. Unchanged, it is a look that lags.
        const isNew = latest === undefined || (latest.gone && row.updatedAtMs > latest.last.updatedAtMs);
        if (isNew) stays.set(key, [...own, stayOf(row)]);
        else Object.assign(latest, { last: row, gone: false });
      }
      const ended = all().filter(stay => !stay.gone && !present.has(keyOf(stay.first)));
      const untold = ended.filter(stay => !stay.told);
      for (const stay of ended) Object.assign(stay, { gone: true, told: true });
      return untold;
    },
    note({ plan, cancelled, positions: acted }, told) {
      ordersCancelled += cancelled.orders + cancelled.conditionals;
      entriesCancelled ||= plan.cancelOrders > 0 || plan.cancelConditionals.length > 0;
      for (const { plan: own, closes } of acted) {
        // Its result may come when the position is gone already, and even there again.
        const seen = stays
          .get(keyOf(own.position))
          ?.findLast(stay => stay.first.updatedAtMs <= own.position.updatedAtMs);
        const stay = seen ?? stayOf(own.position);
        if (seen === undefined) stays.set(keyOf(own.position), [stay]);
        stay.closes.push(...closes.map(close => ({ ...close, told })));
      }
    },
    fail(failure, symbol) {
      // What our own deadline cut short says nothing of the exchange: the reason that was known before it stands.
      if (failures.has(symbol) && cutShort(failure)) return;
      failures.set(symbol, failure);
    },
    seen: all,
    ordersCancelled: () => ordersCancelled,
    failures: () => failures,
    entriesCancelled: () => entriesCancelled,
    certain: () => !entriesCancelled && all().every(one => one.closes.every(close => close.receipt !== undefined)),
  };

  function cutShort({ reason, knowledge, status }: Failure): boolean {
    const isNotSent = reason === 'not-sent' || (knowledge === 'throttled' && status === undefined);
    return isNotSent || (reason === 'no-answer' && world.clock.nowMs() >= deadline.workUntilMs);
  }
}

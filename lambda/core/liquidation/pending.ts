/**
 * The requests on their way, by number, as a value: a new one takes over all but what differs, and those that read a list
 * are found without a read at all.
 */

import type { ExchangeRequest } from '../exchange/request.ts';
import { isWitness } from './lists/list-view.ts';

export interface Pending {
  readonly request: ExchangeRequest;
  readonly sentAtMs: number;
}

/** Numbers count from 1, so those that go out one after the other stand on one shelf. */
const SHELF_SIZE = 32;

type Numbered = readonly [id: number, call: Pending];

export class PendingRequests {
  readonly size: number;
  /** Reads of lists, oldest first. */
  readonly reads: readonly Pending[];
  private readonly shelves: ReadonlyMap<number, readonly Numbered[]>;

  private constructor(size: number, reads: readonly Pending[], shelves: ReadonlyMap<number, readonly Numbered[]>) {
    this.size = size;
    this.reads = reads;
    this.shelves = shelves;
  }

  static readonly none = new PendingRequests(0, [], new Map());

  get(id: number): Pending | undefined {
    return this.shelves.get(shelfAt(id))?.find(([one]) => one === id)?.[1];
  }

  /** Oldest first. */
  all(): readonly Pending[] {
    return [...this.shelves.values()].flatMap(shelf => shelf.map(([, call]) => call));
  }

  withSent(first: number, requests: readonly ExchangeRequest[], sentAtMs: number): PendingRequests {
    const calls = requests.map(request => ({ request, sentAtMs }));
    const shelves = new Map(this.shelves);
    for (const [at, added] of Map.groupBy(calls.entries(), ([index]) => shelfAt(first + index))) {
      const numbered = added.map(([index, call]): Numbered => [first + index, call]);
      shelves.set(at, [...(shelves.get(at) ?? []), ...numbered]);
    }
    const reads = calls.filter(isListRead);
    return new PendingRequests(
      this.size + calls.length,
      reads.length === 0 ? this.reads : [...this.reads, ...reads],
      shelves,
    );
  }

  without(id: number): PendingRequests {
    const at = shelfAt(id);
    const call = this.get(id);
    if (call === undefined) return this;
    const left = (this.shelves.get(at) ?? []).filter(([one]) => one !== id);
    const shelves = new Map(this.shelves);
    if (left.length === 0) shelves.delete(at);
    else shelves.set(at, left);
    const reads = isListRead(call) ? this.reads.filter(one => one !== call) : this.reads;
    return new PendingRequests(this.size - 1, reads, shelves);
  }
}

const shelfAt = (id: number): number => Math.floor(id / SHELF_SIZE);

const LIST_READS: ReadonlySet<ExchangeRequest['kind']> = new Set([
  'positions',
  'open-orders',
  'conditional-orders',
  'strategy-orders',
]);

const isListRead = ({ request }: Pending): boolean => LIST_READS.has(request.kind) && !isWitness(request);

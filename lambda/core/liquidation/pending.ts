/** The requests on their way, as an immutable value that is cheap to change: only the shelf that differs is copied. */

import type { ExchangeRequest } from '../exchange/request.ts';
import { isCrossCheck, readsList } from './lists/list-view.ts';

export interface Pending {
  readonly request: ExchangeRequest;
  readonly sentAtMs: number;
}

/** IDs count from 1, so requests that go out one after the other share a shelf. */
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
    const size = this.size + calls.length;
    const reads = calls.filter(({ request }) => readsList(request.kind) && !isCrossCheck(request));
    return new PendingRequests(size, reads.length === 0 ? this.reads : [...this.reads, ...reads], shelves);
  }

  without(id: number): PendingRequests {
    const at = shelfAt(id);
    const call = this.get(id);
    if (call === undefined) return this;
    const left = (this.shelves.get(at) ?? []).filter(([one]) => one !== id);
    const shelves = new Map(this.shelves);
    if (left.length === 0) shelves.delete(at);
    else shelves.set(at, left);
    const reads = readsList(call.request.kind) ? this.reads.filter(one => one !== call) : this.reads;
    return new PendingRequests(this.size - 1, reads, shelves);
  }
}

const shelfAt = (id: number): number => Math.floor(id / SHELF_SIZE);

/** What will happen, in the order of its instants; what was put first comes first at the same instant. A binary heap. */

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

export class Timeline {
  private readonly heap: Entry[] = [];
  private count = 0;

  put(atMs: number, happen: () => void): void {
    const { heap } = this;
    const entry = { atMs, order: this.count++, happen };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  nextAtMs(): number {
    return this.heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  /** Lets the next one happen. */
  step(): void {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = at * 2 + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
        const below = heap[child] as Entry;
        if (!isBefore(below, last)) break;
        heap[at] = below;
        at = child;
      }
      heap[at] = last;
    }
    first.happen();
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

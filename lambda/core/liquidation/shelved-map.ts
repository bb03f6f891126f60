/**
 * An immutable map that is cheap to change: its values stand on shelves of 32, and a new map copies only the shelf that
 * differs. The summary of a shelf is computed once, so that a question about all values need not read each of them.
 */

interface Shelf<V, S> {
  readonly values: readonly V[];
  /** What `summarize` makes of the values. */
  summary(): S;
}

const SHELF_SIZE = 32;

export class ShelvedMap<V, S> {
  /** In the order in which their keys were added. */
  readonly shelves: readonly Shelf<V, S>[];
  private readonly places: ReadonlyMap<string, number>;
  private readonly summarize: (values: readonly V[]) => S;

  private constructor(
    places: ReadonlyMap<string, number>,
    shelves: readonly Shelf<V, S>[],
    summarize: (values: readonly V[]) => S,
  ) {
    this.places = places;
    this.shelves = shelves;
    this.summarize = summarize;
  }

  static empty<V, S>(summarize: (values: readonly V[]) => S): ShelvedMap<V, S> {
    return new ShelvedMap(new Map(), [], summarize);
  }

  get size(): number {
    return this.places.size;
  }

  has(key: string): boolean {
    return this.places.has(key);
  }

  get(key: string): V | undefined {
    const place = this.places.get(key);
    return place === undefined ? undefined : this.shelves[Math.floor(place / SHELF_SIZE)]?.values[place % SHELF_SIZE];
  }

  keys(): Iterable<string> {
    return this.places.keys();
  }

  values(): readonly V[] {
    return this.shelves.flatMap(shelf => shelf.values);
  }

  with(key: string, value: V): ShelvedMap<V, S> {
    return this.withAll([[key, value]]);
  }

  withAll(entries: Iterable<readonly [key: string, value: V]>): ShelvedMap<V, S> {
    let { places } = this;
    const shelves = [...this.shelves];
    // Shelves that only the new map has.
    const own = new Map<number, V[]>();
    for (const [key, value] of entries) {
      let place = places.get(key);
      if (place === undefined) {
        place = places.size;
        places = (places === this.places ? new Map(places) : (places as Map<string, number>)).set(key, place);
      }
      const at = Math.floor(place / SHELF_SIZE);
      const values = own.get(at) ?? [...(shelves[at]?.values ?? [])];
      values[place % SHELF_SIZE] = value;
      own.set(at, values);
    }
    for (const [at, values] of own) shelves[at] = shelfOf(values, this.summarize);
    return new ShelvedMap(places, shelves, this.summarize);
  }
}

function shelfOf<V, S>(values: readonly V[], summarize: (values: readonly V[]) => S): Shelf<V, S> {
  let known: { readonly summary: S } | undefined;
  return {
    values,
    summary() {
      known ??= { summary: summarize(values) };
      return known.summary;
    },
  };
}

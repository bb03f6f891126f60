/**
 * The order book of a symbol: a few price levels per side, each with a distance from the mark price and a quantity. So a
 * close can fill at once, in part, or not at all because no level is near.
 */

import Big from 'big.js';

/** `distance` is a fraction of the mark price: '0.03' is a level 3 % away. `quantity` 'all' has no end. */
export interface LevelSpec {
  readonly distance: string;
  readonly quantity: string;
}

/** Bids fill sells, asks fill buys. An omitted side has one endless level at the mark price, an empty one has none. */
export interface BookSpec {
  readonly bids?: readonly LevelSpec[];
  readonly asks?: readonly LevelSpec[];
  /** How long a taken quantity stays away; 0 (default) brings it back for the next order. */
  readonly refillMs?: number;
}

export interface Book {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly refillMs: number;
}

interface Level {
  readonly distance: Big;
  readonly depth: Big | undefined;
  taken: Big;
  takenAtMs: number;
}

interface Slice {
  readonly price: Big;
  readonly quantity: Big;
}

export const deepBook = (): Book => bookOf({});

export function bookOf(spec: BookSpec): Book {
  return { bids: side(spec.bids), asks: side(spec.asks), refillMs: spec.refillMs ?? 0 };
}

function side(levels: readonly LevelSpec[] = [{ distance: '0', quantity: 'all' }]): readonly Level[] {
  return levels.map(level => ({
    distance: new Big(level.distance),
    depth: level.quantity === 'all' ? undefined : new Big(level.quantity),
    taken: new Big(0),
    takenAtMs: Number.NEGATIVE_INFINITY,
  }));
}

/** The levels that an order of this side can fill against, best price first, without the empty ones. */
export function counterparties(
  book: Book,
  takerSide: 'BUY' | 'SELL',
  mark: Big,
  nowMs: number,
): readonly { readonly price: Big; readonly available: Big | undefined; readonly level: Level }[] {
  const levels = takerSide === 'BUY' ? book.asks : book.bids;
  const sign = takerSide === 'BUY' ? 1 : -1;
  return levels
    .map(level => {
      refill(level, book.refillMs, nowMs);
      return {
        level,
        price: mark.times(level.distance.times(sign).plus(1)),
        available: level.depth?.minus(level.taken),
      };
    })
    .filter(({ available }) => available === undefined || available.gt(0));
}

/** Takes up to `wanted` from the levels that `reaches` allows, and removes it from the book. */
export function takeFromBook(
  book: Book,
  takerSide: 'BUY' | 'SELL',
  mark: Big,
  wanted: Big,
  reaches: (price: Big) => boolean,
  nowMs: number,
): readonly Slice[] {
  const slices: Slice[] = [];
  let left = wanted;
  for (const { level, price, available } of counterparties(book, takerSide, mark, nowMs)) {
    if (left.lte(0) || !reaches(price)) break;
    const quantity = available === undefined || left.lt(available) ? left : available;
    level.taken = level.taken.plus(quantity);
    level.takenAtMs = nowMs;
    left = left.minus(quantity);
    slices.push({ price, quantity });
  }
  return slices;
}

function refill(level: Level, refillMs: number, nowMs: number): void {
  if (nowMs - level.takenAtMs >= refillMs) level.taken = new Big(0);
}

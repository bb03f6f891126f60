/**
 * `priceMatch`, for limit orders in place of a price: OPPONENT is the best price of the other side, QUEUE that of its
 * own, and the number how many levels further. OPPONENT_10 and _20 are gone since 2025-10-23 (change log).
 */

import type Big from 'big.js';
import type { OrderSide } from '../engine/orders/order-state.ts';
import { refusalOf } from '../engine/rules/refusal.ts';
import { counterparties } from '../engine/symbols/book.ts';
import { onTick } from '../engine/symbols/symbols.ts';
import { symbolOf, type World } from '../engine/world.ts';
import { invalid, type Params } from './params.ts';

const LEVELS = { OPPONENT: 1, OPPONENT_5: 5, QUEUE: 1, QUEUE_5: 5, QUEUE_10: 10, QUEUE_20: 20 } as const;
type PriceMatch = keyof typeof LEVELS;

/** Undefined when it is not sent, or NONE. */
export function readPriceMatch(params: Params): PriceMatch | undefined {
  const value = params.text('priceMatch');
  if (value === undefined || value === 'NONE') return undefined;
  if (!isPriceMatch(value)) throw invalid('priceMatch');
  return value;
}

/** The price of the level, or of the last one there is; -5041 when that side is empty. */
export function matchedPrice(
  world: World,
  { symbol: name, side }: { readonly symbol: string; readonly side: OrderSide },
  match: PriceMatch,
): Big {
  const symbol = symbolOf(world, name);
  const other: OrderSide = side === 'BUY' ? 'SELL' : 'BUY';
  const takerSide = match.startsWith('OPPONENT') ? side : other;
  const levels = counterparties(symbol.book, takerSide, symbol.mark, world.clock.nowMs());
  const level = levels[Math.min(LEVELS[match], levels.length) - 1];
  if (level === undefined) throw refusalOf(-5041);
  return onTick(symbol, level.price);
}

const isPriceMatch = (value: string): value is PriceMatch => Object.hasOwn(LEVELS, value);

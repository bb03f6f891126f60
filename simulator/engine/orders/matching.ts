/**
 * The matching engine: fills accepted orders at once, and resting ones when the mark price reaches them. A market order
 * takes from the book within the symbol's marketTakeBound; the rest of it is EXPIRED, not FILLED.
 */

import Big from 'big.js';
import type { AccountState } from '../accounts/account.ts';
import { end } from '../accounts/account-listeners.ts';
import { positionOf, reducible, smaller } from '../accounts/positions.ts';
import { counterparties, takeFromBook } from '../symbols/book.ts';
import { onTick, type SymbolState } from '../symbols/symbols.ts';
import type { World } from '../world.ts';
import { fill } from './fill.ts';
import { closesByForm, type ExchangeOrder, isOpenOrder, type OrderSide, remaining } from './order-state.ts';

/** Fills an accepted order as far as the book goes. `fillRatio` (scripted) stops it part way, and it expires. */
export function match(
  world: World,
  account: AccountState,
  symbol: SymbolState,
  order: ExchangeOrder,
  atMs: number,
  fillRatio?: Big,
): void {
  const wanted = fillRatio === undefined ? remaining(order) : partOf(symbol, remaining(order), fillRatio);
  for (const slice of takeFromBook(symbol.book, order.side, symbol.mark, wanted, reach(symbol, order), atMs)) {
    fill(world, account, symbol, order, { ...slice, price: onTick(symbol, slice.price), maker: false, atMs });
  }
  if (!isOpenOrder(order)) return;
  const rests = order.type === 'LIMIT' && order.timeInForce !== 'IOC' && fillRatio === undefined;
  if (!rests) end(account, order, 'EXPIRED', atMs);
}

/** Whether a market order of this side can fill within the bound; if not, the exchange answers -4131. */
export function findsCounterparty(symbol: SymbolState, side: OrderSide, atMs: number): boolean {
  const best = counterparties(symbol.book, side, symbol.mark, atMs)[0];
  return best !== undefined && withinTakeBound(symbol, side, best.price);
}

/** How much a limit order would fill at once. */
export function crossing(symbol: SymbolState, side: OrderSide, price: Big, atMs: number): Big | undefined {
  let total = new Big(0);
  for (const level of counterparties(symbol.book, side, symbol.mark, atMs)) {
    if (side === 'BUY' ? level.price.gt(price) : level.price.lt(price)) break;
    if (level.available === undefined) return undefined;
    total = total.plus(level.available);
  }
  return total;
}

/** Fills a resting order at its own price. One that reduces fills up to the position, and then expires. */
export function fillResting(
  world: World,
  account: AccountState,
  symbol: SymbolState,
  order: ExchangeOrder,
  atMs: number,
): void {
  const reduces = closesByForm(order);
  const allowed = reduces ? reducible(positionOf(account, order.symbol, order.positionSide), order.side) : undefined;
  const quantity = allowed === undefined ? remaining(order) : smaller(remaining(order), allowed);
  if (quantity.gt(0)) fill(world, account, symbol, order, { quantity, price: order.price, maker: true, atMs });
  if (isOpenOrder(order) && reduces) end(account, order, 'EXPIRED', atMs);
}

/** Whether the mark price has reached a resting order. */
export const isReached = (symbol: SymbolState, order: ExchangeOrder): boolean =>
  order.side === 'BUY' ? symbol.mark.lte(order.price) : symbol.mark.gte(order.price);

function reach(symbol: SymbolState, order: ExchangeOrder): (price: Big) => boolean {
  if (order.type === 'MARKET') return price => withinTakeBound(symbol, order.side, price);
  return order.side === 'BUY' ? price => price.lte(order.price) : price => price.gte(order.price);
}

function withinTakeBound(symbol: SymbolState, side: OrderSide, price: Big): boolean {
  const bound = new Big(symbol.marketTakeBound);
  return side === 'BUY'
    ? price.lte(symbol.mark.times(bound.plus(1)))
    : price.gte(symbol.mark.times(new Big(1).minus(bound)));
}

/** A part of a quantity, down to the step. */
function partOf(symbol: SymbolState, quantity: Big, ratio: Big): Big {
  if (new Big(symbol.stepSize).eq(0)) return quantity.times(ratio);
  return quantity.times(ratio).div(symbol.stepSize).round(0, Big.roundDown).times(symbol.stepSize);
}

/**
 * Positions: the real state now, and what REST shows, which may be older: a fill becomes visible `lagMs` after it happened.
 * The entry price is the average of what opened; realised PnL is gross of commission.
 */

import Big from 'big.js';
import type { HeldSide, OrderSide } from '../orders/order-state.ts';

export interface PositionState {
  readonly symbol: string;
  readonly positionSide: HeldSide;
  /** Signed; short positions are negative in both modes. */
  amount: Big;
  entryPrice: Big;
  updatedAtMs: number;
  /** What REST shows now and will show next, oldest first. The last one is the truth. */
  history: readonly PositionView[];
}

export interface PositionView {
  readonly amount: Big;
  readonly entryPrice: Big;
  readonly updatedAtMs: number;
  readonly visibleFromMs: number;
}

/** The position of a symbol and side, empty if there was none yet. */
export function positionOf(
  holder: { readonly positions: Map<string, PositionState> },
  symbol: string,
  positionSide: HeldSide,
): PositionState {
  const key = `${symbol} ${positionSide}`;
  const known = holder.positions.get(key);
  if (known !== undefined) return known;
  const zero = new Big(0);
  const fresh: PositionState = { symbol, positionSide, amount: zero, entryPrice: zero, updatedAtMs: 0, history: [] };
  holder.positions.set(key, fresh);
  return fresh;
}

/**
 * Adds a signed amount at a price and gives the realised PnL, in the margin asset. `visibleFromMs` is when REST begins to
 * show it. With a `contractSize` the amount is in contracts, and the profit in coins.
 */
export function move(
  position: PositionState,
  delta: Big,
  price: Big,
  nowMs: number,
  visibleFromMs: number,
  contractSize?: string,
): Big {
  const before = position.amount;
  const after = before.plus(delta);
  const closed = before.times(delta).lt(0) ? smaller(before.abs(), delta.abs()) : new Big(0);
  const realizedPnl = closed.eq(0)
    ? new Big(0)
    : profitOf(contractSize, before.lt(0) ? closed.times(-1) : closed, position.entryPrice, price);
  position.entryPrice = entryAfter(position, delta, after, price, contractSize !== undefined);
  position.amount = after;
  position.updatedAtMs = nowMs;
  const shown = position.history.findLastIndex(view => view.visibleFromMs <= nowMs);
  position.history = [
    ...position.history.slice(Math.max(shown, 0)),
    { amount: after, entryPrice: position.entryPrice, updatedAtMs: nowMs, visibleFromMs },
  ];
  return realizedPnl;
}

/** Of a signed amount, from one price to another. */
export function profitOf(contractSize: string | undefined, amount: Big, from: Big, to: Big): Big {
  if (contractSize === undefined) return to.minus(from).times(amount);
  if (from.eq(0) || to.eq(0)) return new Big(0);
  return new Big(1).div(from).minus(new Big(1).div(to)).times(contractSize).times(amount);
}

/** The average of what opened; of contracts, which are worth coins by the inverse of the price, the harmonic one. */
function entryAfter(position: PositionState, delta: Big, after: Big, price: Big, isInverse: boolean): Big {
  if (after.eq(0)) return new Big(0);
  if (position.amount.times(after).lte(0)) return price;
  if (position.amount.times(delta).lt(0)) return position.entryPrice;
  if (isInverse) return after.div(position.amount.div(position.entryPrice).plus(delta.div(price)));
  return position.amount.times(position.entryPrice).plus(delta.times(price)).div(after);
}

/** What a REST read shows at `nowMs`; undefined when it shows nothing yet. */
export function visible(position: PositionState, nowMs: number): PositionView | undefined {
  return position.history.findLast(view => view.visibleFromMs <= nowMs);
}

/** How much an order of `side` could reduce the position by: zero when there is none or it is on the other side. */
export function reducible(position: PositionState, side: OrderSide): Big {
  const reduces = side === 'SELL' ? position.amount.gt(0) : position.amount.lt(0);
  return reduces ? position.amount.abs() : new Big(0);
}

export const smaller = (a: Big, b: Big): Big => (a.lt(b) ? a : b);

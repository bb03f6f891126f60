/**
 * Positions: what is true now, and what REST shows, which may be older. The exchange advises to pair positionRisk
 * with the user stream for timeliness; here a fill becomes visible `lagMs` after it happened.
 *
 * Promises: the entry price is the average of what opened; realised PnL is gross of commission.
 */

import Big from 'big.js';
import type { PositionSide, Side } from './order-state.ts';

export interface PositionState {
  readonly symbol: string;
  readonly positionSide: PositionSide;
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
  positionSide: PositionSide,
): PositionState {
  const key = `${symbol} ${positionSide}`;
  const known = holder.positions.get(key);
  if (known !== undefined) return known;
  const fresh: PositionState = {
    symbol,
    positionSide,
    amount: new Big(0),
    entryPrice: new Big(0),
    updatedAtMs: 0,
    history: [],
  };
  holder.positions.set(key, fresh);
  return fresh;
}

/** Adds a signed amount at a price and gives the realised PnL. `visibleFromMs` is when REST begins to show it. */
export function move(position: PositionState, delta: Big, price: Big, nowMs: number, visibleFromMs: number): Big {
  const before = position.amount;
  const after = before.plus(delta);
  const closed = before.times(delta).lt(0) ? smaller(before.abs(), delta.abs()) : new Big(0);
  const realizedPnl = price
    .minus(position.entryPrice)
    .times(closed)
    .times(before.lt(0) ? -1 : 1);
  position.entryPrice = entryAfter(position, delta, after, price);
  position.amount = after;
  position.updatedAtMs = nowMs;
  const shown = position.history.findLastIndex(view => view.visibleFromMs <= nowMs);
  position.history = [
    ...position.history.slice(Math.max(shown, 0)),
    { amount: after, entryPrice: position.entryPrice, updatedAtMs: nowMs, visibleFromMs },
  ];
  return realizedPnl;
}

function entryAfter(position: PositionState, delta: Big, after: Big, price: Big): Big {
  if (after.eq(0)) return new Big(0);
  if (position.amount.times(after).lte(0)) return price;
  if (position.amount.times(delta).lt(0)) return position.entryPrice;
  return position.amount.times(position.entryPrice).plus(delta.times(price)).div(after);
}

/** What a REST read shows at `nowMs`; undefined when it shows nothing yet. */
export function visible(position: PositionState, nowMs: number): PositionView | undefined {
  return position.history.findLast(view => view.visibleFromMs <= nowMs);
}

/** How much an order of `side` could reduce the position by: zero when there is none or it is on the other side. */
export function reducible(position: PositionState, side: Side): Big {
  const reduces = side === 'SELL' ? position.amount.gt(0) : position.amount.lt(0);
  return reduces ? position.amount.abs() : new Big(0);
}

export const smaller = (a: Big, b: Big): Big => (a.lt(b) ? a : b);

/**
 * A new mark price fills the resting orders that it reaches, and triggers conditional ones. A random walk is a row of such
 * moves, the same for the same seed.
 */

import Big from 'big.js';
import { announce } from '../accounts/account-listeners.ts';
import { fillResting, isReached } from '../orders/matching.ts';
import { isOpenOrder } from '../orders/order-state.ts';
import { trigger } from '../orders/trigger.ts';
import { isTriggered, trail } from '../orders/trigger-rule.ts';
import { symbolOf, type World } from '../world.ts';
import { onTick, type SymbolState } from './symbols.ts';

export interface RandomWalk {
  /** Largest move of one step, as a fraction of the price. Default 0.001. */
  readonly stepRatio?: number;
  /** Default 1. */
  readonly steps?: number;
  /** Time between steps; without it all are taken at once. */
  readonly everyMs?: number;
  /** Default: those of the scenario, not those that only fill the list. */
  readonly symbols?: readonly string[];
}

export function setMark(world: World, symbolName: string, price: Big, atMs: number): void {
  const symbol = symbolOf(world, symbolName);
  symbol.mark = price;
  const trades = symbol.status === 'TRADING';
  for (const account of world.accounts) {
    for (const order of [...account.orders]) {
      if (trades && isOpenOrder(order) && order.symbol === symbolName && isReached(symbol, order)) {
        fillResting(world, account, symbol, order, atMs);
      }
    }
    for (const conditional of [...account.conditionals]) {
      if (conditional.symbol !== symbolName || conditional.status !== 'NEW') continue;
      if (trail(conditional, price)) announce(account, { kind: 'conditional', conditional, atMs });
      if (isTriggered(conditional, price)) trigger(world, account, conditional, atMs);
    }
  }
}

export function walk(world: World, options: RandomWalk): void {
  const { stepRatio = 0.001, steps = 1, everyMs } = options;
  const names = options.symbols ?? world.symbols.played();
  const step = (left: number, atMs: number): void => {
    for (const name of names) setMark(world, name, nextPrice(world, symbolOf(world, name), stepRatio), atMs);
    if (left <= 1) return;
    if (everyMs === undefined) step(left - 1, atMs);
    else world.schedule.at(atMs + everyMs, dueAtMs => step(left - 1, dueAtMs));
  };
  const nowMs = world.clock.nowMs();
  if (everyMs === undefined) step(steps, nowMs);
  else world.schedule.at(nowMs + everyMs, dueAtMs => step(steps, dueAtMs));
}

/** Never zero: a price stays at least one tick. */
function nextPrice(world: World, symbol: SymbolState, stepRatio: number): Big {
  const move = (world.random() * 2 - 1) * stepRatio;
  const price = onTick(symbol, symbol.mark.times(new Big(1).plus(move.toFixed(8))));
  return price.gt(symbol.tickSize) ? price : symbol.mark;
}

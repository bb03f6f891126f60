/**
 * Cancels of one order, or of all orders of a symbol, for both kinds of orders. An ordinary cancel does not know conditional
 * orders, and the other way round.
 */

import type { AccountState } from '../accounts/account.ts';
import { changeConditional, end } from '../accounts/tell.ts';
import { refusal } from '../rules/refusal.ts';
import { checkMayCancel } from '../symbols/symbol-gate.ts';
import { symbolOf, type World } from '../world.ts';
import { type ConditionalState, isWaiting } from './conditional-state.ts';
import { isOpen, type OrderState } from './order-state.ts';

/** Throws -2011 unless the order is open. */
export function cancelOrder(world: World, account: AccountState, order: OrderState | undefined): OrderState {
  if (order === undefined || !isOpen(order)) throw refusal(-2011);
  checkMayCancel(symbolOf(world, order.symbol), world.rules);
  end(account, order, 'CANCELED', world.clock.nowMs());
  return order;
}

/** Returns how many it cancels, now or when the cancel settles (see unconfirmed.ts). */
export function cancelAllOrders(world: World, account: AccountState, symbol: string): number {
  checkMayCancel(symbolOf(world, symbol), world.rules);
  const open = account.orders.filter(order => isOpen(order) && order.symbol === symbol);
  const stops = restingStops(world, account).filter(one => one.symbol === symbol);
  settle(world, atMs => {
    for (const order of open) if (isOpen(order)) end(account, order, 'CANCELED', atMs);
    for (const stop of stops) if (stop.status === 'NEW') changeConditional(account, stop, 'CANCELED', atMs);
  });
  return open.length + stops.length;
}

/** Throws -2011 unless it waits, -4117 while it is triggering. */
export function cancelConditional(
  world: World,
  account: AccountState,
  conditional: ConditionalState | undefined,
): ConditionalState {
  if (conditional === undefined || !isWaiting(conditional)) throw refusal(-2011);
  if (conditional.status === 'TRIGGERING') throw refusal(-4117);
  checkMayCancel(symbolOf(world, conditional.symbol), world.rules);
  changeConditional(account, conditional, 'CANCELED', world.clock.nowMs());
  return conditional;
}

/** Those of the algo service by default. As cancelAllOrders; if one is triggering, the whole call is -4117. */
export function cancelAllConditionals(
  world: World,
  account: AccountState,
  symbol: string,
  which: (one: ConditionalState) => boolean = ({ older }) => !older,
): number {
  checkMayCancel(symbolOf(world, symbol), world.rules);
  const waiting = account.conditionals.filter(
    one => isWaiting(one) && one.symbol === symbol && which(one) && !isRestingStop(world, account, one),
  );
  if (waiting.some(one => one.status === 'TRIGGERING')) throw refusal(-4117);
  settle(world, atMs => {
    for (const one of waiting) if (one.status === 'NEW') changeConditional(account, one, 'CANCELED', atMs);
  });
  return waiting.length;
}

/** Stops of COIN-M that still stand among the open orders. */
export const restingStops = (world: World, account: AccountState): readonly ConditionalState[] =>
  account.conditionals.filter(one => isWaiting(one) && isRestingStop(world, account, one));

const isRestingStop = (world: World, account: AccountState, one: ConditionalState): boolean =>
  one.older && !account.portfolioMargin && symbolOf(world, one.symbol).market === 'cm';

function settle(world: World, happen: (atMs: number) => void): void {
  const nowMs = world.clock.nowMs();
  if (world.rules.cancelAllSettlesMs === 0) happen(nowMs);
  else world.schedule.at(nowMs + world.rules.cancelAllSettlesMs, happen);
}

/**
 * Cancels of one order, or of all orders of a symbol, for both kinds of orders. An ordinary cancel does not know conditional
 * orders, and the other way round.
 */

import type { AccountState } from '../accounts/account.ts';
import { changeConditional, end } from '../accounts/account-listeners.ts';
import { refusalOf } from '../rules/refusal.ts';
import { symbolOf, type World } from '../world.ts';
import { type ExchangeConditional, isWaiting } from './conditional-state.ts';
import { checkMayCancel } from './filters.ts';
import { type ExchangeOrder, isOpenOrder } from './order-state.ts';

/** Throws -2011 unless the order is open. */
export function cancelOrder(world: World, account: AccountState, order: ExchangeOrder | undefined): ExchangeOrder {
  if (order === undefined || !isOpenOrder(order)) throw refusalOf(-2011);
  checkMayCancel(symbolOf(world, order.symbol), world.rules);
  end(account, order, 'CANCELED', world.clock.nowMs());
  return order;
}

/** Returns how many it cancels, now or when the cancel settles (see unconfirmed.ts). */
export function cancelAllOrders(world: World, account: AccountState, symbol: string): number {
  checkMayCancel(symbolOf(world, symbol), world.rules);
  const open = account.orders.filter(order => isOpenOrder(order) && order.symbol === symbol);
  const stops = restingStops(world, account).filter(one => one.symbol === symbol);
  settle(world, atMs => {
    for (const order of open) if (isOpenOrder(order)) end(account, order, 'CANCELED', atMs);
    for (const stop of stops) if (stop.status === 'NEW') changeConditional(account, stop, 'CANCELED', atMs);
  });
  return open.length + stops.length;
}

/** Throws -2011 unless it waits, -4117 while it is triggering. */
export function cancelConditional(
  world: World,
  account: AccountState,
  conditional: ExchangeConditional | undefined,
): ExchangeConditional {
  if (conditional === undefined || !isWaiting(conditional)) throw refusalOf(-2011);
  if (conditional.status === 'TRIGGERING') throw refusalOf(-4117);
  checkMayCancel(symbolOf(world, conditional.symbol), world.rules);
  changeConditional(account, conditional, 'CANCELED', world.clock.nowMs());
  return conditional;
}

/** Those of the algo service by default. As cancelAllOrders; if one is triggering, the whole call is -4117. */
export function cancelAllConditionals(
  world: World,
  account: AccountState,
  symbol: string,
  which: (one: ExchangeConditional) => boolean = ({ older }) => !older,
): number {
  checkMayCancel(symbolOf(world, symbol), world.rules);
  const waiting = account.conditionals.filter(
    one => isWaiting(one) && one.symbol === symbol && which(one) && !isRestingStop(world, account, one),
  );
  if (waiting.some(one => one.status === 'TRIGGERING')) throw refusalOf(-4117);
  settle(world, atMs => {
    for (const one of waiting) if (one.status === 'NEW') changeConditional(account, one, 'CANCELED', atMs);
  });
  return waiting.length;
}

/** Stops of COIN-M that still stand among the open orders. */
export const restingStops = (world: World, account: AccountState): readonly ExchangeConditional[] =>
  account.conditionals.filter(one => isWaiting(one) && isRestingStop(world, account, one));

const isRestingStop = (world: World, account: AccountState, one: ExchangeConditional): boolean =>
  one.older && !account.portfolioMargin && symbolOf(world, one.symbol).market === 'cm';

function settle(world: World, happen: (atMs: number) => void): void {
  const nowMs = world.clock.nowMs();
  if (world.rules.cancelAllSettlesMs === 0) happen(nowMs);
  else world.schedule.at(nowMs + world.rules.cancelAllSettlesMs, happen);
}

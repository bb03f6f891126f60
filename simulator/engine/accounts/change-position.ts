/**
 * Every change of a position goes through here: by an order over the wire, by a stop that triggers, by a scenario, by
 * others. It is recorded, and the orders that belong to a closed position expire.
 */

import type Big from 'big.js';
import { isWaiting } from '../orders/conditional-state.ts';
import { closesByForm, type ExchangeOrder, type HeldSide, isOpenOrder } from '../orders/order-state.ts';
import { symbolOf, type World } from '../world.ts';
import type { AccountState } from './account.ts';
import { changeConditional, end } from './account-listeners.ts';
import { isForbidden, moveEffectOf } from './position-move.ts';
import { move, type PositionState } from './positions.ts';

interface PositionChange {
  readonly delta: Big;
  readonly price: Big;
  readonly atMs: number;
  /** How long REST does not show it. */
  readonly lagMs: number;
  /** The order that did it; undefined: the scenario did it itself. */
  readonly order: ExchangeOrder | undefined;
}

/** `book` enters what comes with it, before other orders end. It gets the realised PnL, gross of commission. */
export function changePosition(
  world: World,
  account: AccountState,
  position: PositionState,
  change: PositionChange,
  book: (realizedPnl: Big) => void,
): void {
  const { delta, price, atMs, lagMs } = change;
  const before = position.amount;
  const { contractSize } = symbolOf(world, position.symbol);
  const realizedPnl = move(position, delta, price, atMs, atMs + lagMs, contractSize);
  recordMove(account, position, before, change);
  book(realizedPnl);
  const isGone = !before.eq(0) && before.times(position.amount).lte(0);
  if (isGone) expireOrdersOf(world, account, position, atMs);
}

/**
 * The position is gone, or on the other side: its closePosition and GTE_GTC orders expire. Plain stop entries and
 * reduce-only conditional orders stay, and a stop entry opens a position again when it triggers.
 */
function expireOrdersOf(world: World, account: AccountState, position: PositionState, atMs: number): void {
  for (const conditional of account.conditionals) {
    const belongs = conditional.closePosition || conditional.timeInForce === 'GTE_GTC';
    if (!belongs || !isWaiting(conditional) || !concerns(conditional, position)) continue;
    changeConditional(account, conditional, 'EXPIRED', atMs);
  }
  for (const order of account.orders) {
    if (!isOpenOrder(order) || !concerns(order, position)) continue;
    const belongs = closesByForm(order) && !world.rules.reduceOnlyOrdersOutlivePosition;
    if (belongs || order.timeInForce === 'GTE_GTC') end(account, order, 'EXPIRED', atMs);
  }
}

const concerns = (of: { readonly symbol: string; readonly positionSide: HeldSide }, position: PositionState): boolean =>
  of.symbol === position.symbol && of.positionSide === position.positionSide;

/**
 * Since `watch()`, each fill of a client's order that opened, enlarged or flipped a position is also recorded as a violation,
 * in words.
 */
function recordMove(
  account: AccountState,
  { symbol, positionSide, amount: after }: PositionState,
  before: Big,
  { order, atMs }: PositionChange,
): void {
  const effect = moveEffectOf(before, after);
  const { origin = 'stage', overTheWire = false, orderId, clientOrderId } = order ?? {};
  account.moves.push({
    ...{ atMs, symbol, positionSide, before: before.toFixed(), after: after.toFixed(), effect },
    ...{ origin, overTheWire, orderId, clientOrderId },
  });
  if (order?.watched !== true || !isForbidden(effect)) return;
  account.violations.push(
    `${order.origin} ${order.orderId} (client id ${order.clientOrderId}): ${order.side} ${order.symbol} ` +
      `${order.positionSide} ${effect} the position, from ${before.toFixed()} to ${after.toFixed()}`,
  );
}

/**
 * One fill: the order, the position, the wallet and the trade list move together, conditional orders that belong to a
 * position that is gone expire, and the watch looks on.
 */

import type Big from 'big.js';
import type { AccountState } from './account.ts';
import { closesByForm } from './closing.ts';
import { isWaiting } from './conditional-state.ts';
import { end, isOpen, type OrderState, type PositionSide, remaining } from './order-state.ts';
import { move, type PositionState, positionOf } from './positions.ts';
import type { SymbolState } from './symbols.ts';
import { judge } from './watch.ts';
import type { World } from './world.ts';

/** 0.05 % of the notional, in the margin asset. */
const COMMISSION_RATE = '0.0005';

export interface FillAsk {
  readonly quantity: Big;
  readonly price: Big;
  readonly maker: boolean;
  readonly atMs: number;
}

export function fill(world: World, account: AccountState, symbol: SymbolState, order: OrderState, ask: FillAsk): void {
  const { quantity, price, atMs } = ask;
  order.executed = order.executed.plus(quantity);
  order.quote = order.quote.plus(quantity.times(price));
  order.status = remaining(order).lte(0) ? 'FILLED' : 'PARTIALLY_FILLED';
  order.updatedAtMs = atMs;

  const position = positionOf(account, order.symbol, order.positionSide);
  const before = position.amount;
  const signed = order.side === 'BUY' ? quantity : quantity.times(-1);
  const realizedPnl = move(position, signed, price, atMs, atMs + world.positionLagMs);
  judge(account, order, before, position.amount);

  const commission = quantity.times(price).times(COMMISSION_RATE);
  const wallet = account.wallets.get(symbol.marginAsset);
  const change = realizedPnl.minus(commission);
  account.wallets.set(symbol.marginAsset, wallet === undefined ? change : wallet.plus(change));
  world.lastTradeId += 1;
  account.trades.push({
    tradeId: world.lastTradeId,
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    positionSide: order.positionSide,
    price,
    quantity,
    realizedPnl,
    commission,
    marginAsset: symbol.marginAsset,
    maker: ask.maker,
    atMs,
  });
  if (before.times(position.amount).lte(0)) expireWhatBelongedTo(world, account, position, atMs);
}

/**
 * The position is gone (or on the other side): its closePosition and GTE_GTC orders go with it. Plain stop entries
 * and reduce-only conditional orders stay, and a stop entry opens a position again when it triggers.
 */
function expireWhatBelongedTo(world: World, account: AccountState, position: PositionState, atMs: number): void {
  for (const conditional of account.conditionals) {
    const belongs = conditional.closePosition || conditional.timeInForce === 'GTE_GTC';
    if (!belongs || !isWaiting(conditional) || !concerns(conditional, position)) continue;
    conditional.status = 'EXPIRED';
    conditional.updatedAtMs = atMs;
  }
  if (world.rules.reduceOnlyOrdersOutlivePosition) return;
  for (const order of account.orders) {
    if (isOpen(order) && concerns(order, position) && closesByForm(order)) end(order, 'EXPIRED', atMs);
  }
}

const concerns = (
  of: { readonly symbol: string; readonly positionSide: PositionSide },
  position: PositionState,
): boolean => of.symbol === position.symbol && of.positionSide === position.positionSide;

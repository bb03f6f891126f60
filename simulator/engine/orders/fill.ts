/** One fill changes the order, the position, the wallet and the list of trades. */

import type Big from 'big.js';
import type { AccountState } from '../accounts/account.ts';
import { announce, announceOrder } from '../accounts/account-listeners.ts';
import { changePosition } from '../accounts/change-position.ts';
import { positionOf } from '../accounts/positions.ts';
import { marginValue, type SymbolState } from '../symbols/symbols.ts';
import type { World } from '../world.ts';
import { type ExchangeOrder, remaining } from './order-state.ts';

/** 0.05 % of the notional, in the margin asset. */
const COMMISSION_RATE = '0.0005';

interface FillAsk {
  readonly quantity: Big;
  readonly price: Big;
  readonly maker: boolean;
  readonly atMs: number;
}

export function fill(
  world: World,
  account: AccountState,
  symbol: SymbolState,
  order: ExchangeOrder,
  ask: FillAsk,
): void {
  const { quantity, price, atMs } = ask;
  order.executed = order.executed.plus(quantity);
  order.quote = order.quote.plus(quantity.times(price));
  order.status = remaining(order).lte(0) ? 'FILLED' : 'PARTIALLY_FILLED';
  order.updatedAtMs = atMs;

  const position = positionOf(account, order.symbol, order.positionSide);
  const delta = order.side === 'BUY' ? quantity : quantity.times(-1);
  const lagMs = world.listLag.positionsMs;
  changePosition(world, account, position, { delta, price, atMs, lagMs, order }, realizedPnl => {
    const commission = marginValue(symbol, quantity, price).times(COMMISSION_RATE);
    const wallet = account.wallets.get(symbol.marginAsset);
    const change = realizedPnl.minus(commission);
    account.wallets.set(symbol.marginAsset, wallet === undefined ? change : wallet.plus(change));
    world.lastTradeId += 1;
    const { orderId, clientOrderId, side, positionSide } = order;
    const trade = {
      ...{ tradeId: world.lastTradeId, orderId, clientOrderId, symbol: order.symbol, side, positionSide },
      ...{ price, quantity, realizedPnl, commission, marginAsset: symbol.marginAsset, maker: ask.maker, atMs },
    };
    account.trades.push(trade);
    announce(account, { kind: 'position', position, asset: symbol.marginAsset, atMs });
    announceOrder(account, order, atMs, trade);
  });
}

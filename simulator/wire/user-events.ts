/**
 * The events of a user data stream, as the exchange writes them: from a change of the account to its JSON.
 *
 * Source: USDⓈ-M "Event: Order Update", "Event: Balance and Position Update", "Event: Algo Order Update", "Event: User Data
 * Stream Expired"; COIN-M and portfolio margin have the same with `i`, `ma` and `fs`.
 */

import Big from 'big.js';
import type { AccountChange, AccountState } from '../engine/accounts/account.ts';
import { type PositionState, profitOf } from '../engine/accounts/positions.ts';
import type { ExchangeConditional } from '../engine/orders/conditional-state.ts';
import {
  type ExchangeOrder,
  isOpenOrder,
  type OrderSide,
  remaining,
  type TradeState,
} from '../engine/orders/order-state.ts';
import { marginValue } from '../engine/symbols/symbols.ts';
import { exchangeTimeMs, symbolOf, toExchangeTime, type World } from '../engine/world.ts';
import { conditionalOutcome } from './conditional-json.ts';
import { amountInDigits, averagePrice, priceText, quantityText } from './order-json.ts';
import { breakEvenText, entryText } from './position-rows.ts';
import { exactNumber } from './wire.ts';

type Json = Readonly<Record<string, unknown>>;

/** An event of a user data stream. */
export interface UserEvent {
  readonly type: string;
  readonly json: string;
}

/** Gives what ends it; undefined: no such key is active. After its key there are no more events. */
export function listen(world: World, listenKey: string, onEvent: (event: UserEvent) => void): (() => void) | undefined {
  const account = world.accounts.find(one => one.listenKey?.text === listenKey);
  if (account === undefined) return undefined;
  const listener = (change: AccountChange): void => {
    // The events of older stops are not simulated.
    if (change.kind === 'conditional' && change.conditional.older) return;
    if (account.listenKey?.text === listenKey) {
      const event = eventOf(world, account, change);
      onEvent({ type: event.e, json: JSON.stringify(event) });
    }
  };
  account.listeners.add(listener);
  return () => void account.listeners.delete(listener);
}

function eventOf(world: World, account: AccountState, change: AccountChange): Json & { readonly e: string } {
  const E = exchangeTimeMs(world);
  // The one event with its time as text.
  if (change.kind === 'listen key expired') return { e: 'listenKeyExpired', E: String(E), listenKey: change.listenKey };
  const T = toExchangeTime(world, change.atMs);
  switch (change.kind) {
    case 'order':
      return {
        ...{ e: 'ORDER_TRADE_UPDATE', E, T, ...marketMarks(world, account, change.order.symbol) },
        o: { ...orderFields(world, account, change.order, change.trade), T },
      };
    case 'conditional':
      return { e: 'ALGO_UPDATE', T, E, o: conditionalFields(world, account, change.conditional) };
    case 'position':
      return {
        ...{ e: 'ACCOUNT_UPDATE', E, T, ...marketMarks(world, account, change.position.symbol) },
        a: {
          m: 'ORDER',
          B: change.asset === undefined ? [] : [walletFields(account, change.asset)],
          P: positionFields(world, account, change.position),
        },
      };
  }
}

const marketMarks = (world: World, { portfolioMargin }: AccountState, symbol: string): Json => {
  const { market } = symbolOf(world, symbol);
  return {
    ...(portfolioMargin ? { fs: market === 'um' ? 'UM' : 'CM' } : {}),
    ...(market === 'cm' ? { i: 'SgsR' } : {}),
  };
};

function orderFields(world: World, account: AccountState, order: ExchangeOrder, trade: TradeState | undefined): Json {
  const symbol = symbolOf(world, order.symbol);
  const goodTill = order.goodTillMs === undefined ? 0 : toExchangeTime(world, order.goodTillMs);
  return {
    ...{ s: order.symbol, c: order.clientOrderId, S: order.side, o: order.type, f: order.timeInForce },
    ...{ q: quantityText(symbol, order.quantity), p: priceText(symbol, order.price) },
    ...{ ap: averagePrice(symbol, order), sp: priceText(symbol, order.stopPrice) },
    ...{ x: executionType(order, trade), X: order.status, i: exactNumber(order.orderId) },
    ...{ l: quantityText(symbol, trade?.quantity ?? new Big(0)), z: quantityText(symbol, order.executed) },
    L: priceText(symbol, trade?.price ?? new Big(0)),
    ...(symbol.market === 'cm' ? { ma: symbol.marginAsset } : {}),
    // "Will not push if no commission".
    ...(trade === undefined ? {} : { N: trade.marginAsset, n: trade.commission.toFixed(8) }),
    ...{ t: trade?.tradeId ?? 0, b: openIn(account, order, 'BUY'), a: openIn(account, order, 'SELL') },
    ...{ m: trade?.maker ?? false, R: order.reduceOnly, wt: 'CONTRACT_PRICE', ot: order.origType },
    ...{ ps: order.positionSide, cp: order.closePosition, rp: (trade?.realizedPnl ?? new Big(0)).toFixed(8) },
    ...{ pP: false, si: 0, ss: 0, V: 'EXPIRE_MAKER', pm: 'NONE', gtd: goodTill, er: expiryReason(order) },
  };

  function openIn({ orders }: AccountState, { symbol: name }: ExchangeOrder, side: OrderSide): string {
    const value = orders
      .filter(one => isOpenOrder(one) && one.symbol === name && one.side === side && one.price.gt(0))
      .reduce((sum, one) => sum.plus(marginValue(symbol, remaining(one), one.price)), new Big(0));
    return value.toFixed();
  }
}

/** CALCULATED: a fill of the exchange's own liquidation. */
function executionType({ status, clientOrderId }: ExchangeOrder, trade: TradeState | undefined): string {
  if (trade !== undefined) return clientOrderId.startsWith('autoclose-') ? 'CALCULATED' : 'TRADE';
  return status;
}

/** "Expiry Reason". */
function expiryReason({ status, timeInForce, type, reduceOnly }: ExchangeOrder): string {
  if (status !== 'EXPIRED') return '0';
  if (timeInForce === 'GTE_GTC') return '6';
  if (type === 'MARKET') return '9';
  if (timeInForce === 'IOC') return '2';
  return reduceOnly ? '4' : '0';
}

/** `ia` says of a trailing stop whether its activation price was reached. */
function conditionalFields(world: World, account: AccountState, conditional: ExchangeConditional): Json {
  const symbol = symbolOf(world, conditional.symbol);
  const { actualPrice, actualType, actualQty } = conditionalOutcome(account, conditional);
  const trailing = conditional.type === 'TRAILING_STOP_MARKET';
  return {
    ...{ caid: conditional.clientAlgoId, aid: exactNumber(conditional.algoId), at: 'CONDITIONAL', o: conditional.type },
    ...{ s: conditional.symbol, S: conditional.side, ps: conditional.positionSide, f: conditional.timeInForce },
    ...{ q: quantityText(symbol, conditional.quantity), X: conditional.status, ai: conditional.actualOrderId },
    ...(actualType === undefined ? {} : { ap: actualPrice, aq: actualQty ?? '0', act: actualType }),
    ...{ tp: priceText(symbol, conditional.triggerPrice), p: priceText(symbol, conditional.price), V: 'EXPIRE_MAKER' },
    ...{ wt: conditional.workingType, pm: 'NONE', cp: conditional.closePosition, pP: conditional.priceProtect },
    R: conditional.reduceOnly,
    tt: conditional.triggeredAtMs === undefined ? 0 : toExchangeTime(world, conditional.triggeredAtMs),
    gtd: conditional.goodTillMs === undefined ? 0 : toExchangeTime(world, conditional.goodTillMs),
    ...(trailing ? { ia: conditional.extreme !== undefined } : {}),
    ...(conditional.status === 'REJECTED' ? { rm: 'Symbol is not in trading status' } : {}),
  };
}

/** `bc` is the change apart from profit and commission; here nothing else changes a wallet. */
function walletFields({ wallets }: AccountState, asset: string): Json {
  const wallet = (wallets.get(asset) ?? new Big(0)).toFixed(8);
  return { a: asset, wb: wallet, cw: wallet, bc: '0' };
}

/** A changed side of a hedge account comes with the BOTH of its symbol ("USDT-Margined … User Data Stream Upgrade"). */
function positionFields(world: World, account: AccountState, position: PositionState): readonly Json[] {
  const zero = new Big(0);
  const both = { ...position, positionSide: 'BOTH' as const, amount: zero, entryPrice: zero };
  return position.positionSide === 'BOTH' ? [fields(position)] : [both, position].map(fields);

  function fields(one: PositionState): Json {
    const symbol = symbolOf(world, one.symbol);
    const realized = account.trades
      .filter(trade => trade.symbol === one.symbol && trade.positionSide === one.positionSide)
      .reduce((sum, trade) => sum.plus(trade.realizedPnl), zero);
    const unrealized = one.amount.eq(0) ? zero : profitOf(symbol.contractSize, one.amount, one.entryPrice, symbol.mark);
    return {
      ...{ s: one.symbol, pa: amountInDigits(symbol, one.amount), ep: entryText(one), bep: breakEvenText(one) },
      ...{ cr: realized.toFixed(8), up: unrealized.toFixed(8), mt: 'cross', iw: '0', ps: one.positionSide },
    };
  }
}

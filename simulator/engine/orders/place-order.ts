/**
 * From an order as a client sends it to its fills: the exchange's checks in their order, then the book.
 *
 *   account ─► mode ─► client id ─► symbol status ─► filters ─► reduce-only ─► counterparty ─► accepted ─► matched
 *
 * Every check throws a Refusal and changes nothing. The exchange's order of checks is not documented.
 */

import Big from 'big.js';
import type { AccountState } from '../accounts/account.ts';
import { announceOrder, end } from '../accounts/account-listeners.ts';
import { checkMode } from '../accounts/position-mode.ts';
import { refusalOf } from '../rules/refusal.ts';
import { randomId } from '../seeded-random.ts';
import type { SymbolState } from '../symbols/symbols.ts';
import { symbolOf, type World } from '../world.ts';
import { checkMayTrade, checkNotional, checkPrice, checkQuantity } from './filters.ts';
import { crossing, findsCounterparty, match } from './matching.ts';
import {
  type ExchangeOrder,
  type HeldSide,
  isOpenOrder,
  type OrderForm,
  type OrderSide,
  type TimeInForce,
} from './order-state.ts';
import { reducingQuantity } from './reduce-only.ts';

/** An order as a client sends it, not checked yet. `undefined` is "not sent". */
export interface OrderAsk {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: 'LIMIT' | 'MARKET';
  readonly positionSide: HeldSide | undefined;
  readonly reduceOnly: boolean | undefined;
  readonly closePosition: boolean | undefined;
  readonly timeInForce: TimeInForce;
  /** With GTD only, by the clock. */
  readonly goodTillMs: number | undefined;
  readonly quantity: Big;
  /** Decimals of the quantity as it was sent. */
  readonly quantityDigits: number;
  /** Zero for market orders. */
  readonly price: Big;
  readonly clientOrderId: string | undefined;
}

const SHORTEST_LIFE_MS = 600_000;

/** Open orders per symbol, MAX_NUM_ORDERS of exchangeInfo. */
export const MAX_OPEN_ORDERS = 200;

/** USDⓈ-M "New Order": the pattern of newClientOrderId. */
const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;

export function placeOrder(
  world: World,
  account: AccountState,
  ask: OrderAsk,
  script: { readonly origin: string; readonly fillRatio?: Big },
): ExchangeOrder {
  const nowMs = world.clock.nowMs();
  const symbol = symbolOf(world, ask.symbol);
  const form = checkOrder(world, account, symbol, ask);
  const quantity = reducingQuantity(account, ask.symbol, form, ask.quantity, world.rules);
  checkCounterparty(symbol, ask, nowMs);
  const order = accept(world, account, {
    ...{ ...form, symbol: ask.symbol, clientOrderId: ask.clientOrderId, type: ask.type, quantity, price: ask.price },
    ...{ timeInForce: ask.timeInForce, goodTillMs: ask.goodTillMs, origin: script.origin },
    ...{ overTheWire: true, watched: account.watching },
  });
  match(world, account, symbol, order, nowMs, script.fillRatio);
  return order;
}

/** All checks that need neither position nor book, as order/test makes them. Returns the order's form. */
export function checkOrder(world: World, account: AccountState, symbol: SymbolState, ask: OrderAsk): OrderForm {
  const { rules } = world;
  const positionSide = checkMode(account.hedgeMode, ask);
  if (ask.closePosition === true)
    throw refusalOf(-4136, `Target strategy invalid for orderType ${ask.type},closePosition true`);
  const form: OrderForm = { side: ask.side, positionSide, reduceOnly: ask.reduceOnly ?? false };
  checkMayOrder(account);
  checkClientId(world, account, ask.clientOrderId);
  checkMayTrade(symbol, form, rules);
  checkQuantity(symbol, ask.type, ask.quantity, rules, ask.quantityDigits);
  if (ask.type === 'LIMIT') checkPrice(symbol, ask.side, ask.price);
  checkLifetime(world, account, ask, positionSide);
  checkNotional(symbol, form, ask.quantity, ask.type === 'LIMIT' ? ask.price : symbol.mark, rules);
  const resting = account.orders.filter(order => isOpenOrder(order) && order.symbol === ask.symbol).length;
  if (ask.type === 'LIMIT' && resting >= MAX_OPEN_ORDERS) throw refusalOf(-2025);
  return form;
}

type NewOrder = Pick<ExchangeOrder, 'symbol' | 'side' | 'positionSide' | 'type' | 'quantity' | 'origin'> &
  Partial<Omit<ExchangeOrder, 'clientOrderId'>> & { readonly clientOrderId?: string | undefined };

/** Records an order under the next order ID. By default it is a market order that no client sent. */
export function accept(world: World, account: AccountState, order: NewOrder): ExchangeOrder {
  const nowMs = world.schedule.happeningAtMs() ?? world.clock.nowMs();
  const zero = new Big(0);
  world.lastOrderId += 1n;
  const accepted: ExchangeOrder = {
    ...{ origType: order.type, timeInForce: 'GTC', price: zero, stopPrice: zero, goodTillMs: undefined },
    ...{ reduceOnly: false, closePosition: false, overTheWire: false, watched: false },
    ...order,
    orderId: String(world.lastOrderId),
    clientOrderId: order.clientOrderId ?? randomId(world.random),
    ...{ executed: zero, quote: zero, status: 'NEW', createdAtMs: nowMs, updatedAtMs: nowMs },
  };
  account.orders.push(accepted);
  announceOrder(account, accepted, nowMs);
  const { goodTillMs } = accepted;
  if (goodTillMs !== undefined) {
    world.schedule.at(goodTillMs, atMs => {
      if (isOpenOrder(accepted)) end(account, accepted, 'EXPIRED', atMs);
    });
  }
  return accepted;
}

/** "New Order": GTD ends no sooner than ten minutes from now; GTE orders need a position to go with ("Error Codes"). */
export function checkLifetime(
  world: World,
  account: AccountState,
  ask: { readonly symbol: string; readonly timeInForce: TimeInForce; readonly goodTillMs: number | undefined },
  positionSide: HeldSide,
): void {
  const soonestMs = world.clock.nowMs() + SHORTEST_LIFE_MS;
  if (ask.timeInForce === 'GTD' && (ask.goodTillMs ?? 0) <= soonestMs) throw refusalOf(-5040);
  const position = account.positions.get(`${ask.symbol} ${positionSide}`);
  if (ask.timeInForce === 'GTE_GTC' && (position === undefined || position.amount.eq(0))) throw refusalOf(-4129);
}

/** Whether the account may order at all. For conditional orders too. */
export function checkMayOrder(account: AccountState): void {
  if (!account.canTrade) throw refusalOf(-4088);
}

/** -4015 by form, -4116 if an open order has it (or had it, for as long as the switch says). */
function checkClientId(world: World, account: AccountState, clientOrderId: string | undefined): void {
  if (clientOrderId === undefined) return;
  checkClientIdForm(clientOrderId);
  const takenSinceMs = world.clock.nowMs() - world.rules.clientIdFreeAfterMs;
  const taken = account.orders.some(
    order => order.clientOrderId === clientOrderId && (isOpenOrder(order) || order.updatedAtMs > takenSinceMs),
  );
  if (taken) throw refusalOf(-4116);
}

/** Portfolio margin takes four characters less ("New UM Order"). */
export function checkClientId32(clientId: string | undefined): void {
  if (clientId !== undefined && clientId.length > 32) throw refusalOf(-4015);
}

export function checkClientIdForm(clientId: string): void {
  if (!CLIENT_ID.test(clientId)) throw refusalOf(-4015);
}

function checkCounterparty(symbol: SymbolState, ask: OrderAsk, nowMs: number): void {
  if (ask.type === 'MARKET') {
    if (!findsCounterparty(symbol, ask.side, nowMs)) throw refusalOf(-4131);
    return;
  }
  const atOnce = crossing(symbol, ask.side, ask.price, nowMs);
  if (ask.timeInForce === 'FOK' && atOnce !== undefined && atOnce.lt(ask.quantity)) throw refusalOf(-5021);
  if (ask.timeInForce === 'GTX' && (atOnce === undefined || atOnce.gt(0))) throw refusalOf(-5022);
}

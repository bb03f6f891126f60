/**
 * An order as the exchange writes it. Three shapes: the reply to a placement or a cancel (without avgPrice and cumQuote
 * since the CM-UM integration of 2026-06-30), the same as an ACK (nothing filled yet, whatever happened), and the row
 * of GET order and openOrders.
 *
 * Source: USDⓈ-M "New Order", "Cancel Order", "Query Order", "Current All Open Orders".
 */

import Big from 'big.js';
import { averageOf, type ExchangeOrder } from '../engine/orders/order-state.ts';
import { decimals, marginValue, type SymbolState } from '../engine/symbols/symbols.ts';
import { symbolOf, toExchangeTime, type World } from '../engine/world.ts';
import { exactNumber } from './wire.ts';

type Json = Readonly<Record<string, unknown>>;

/** The default reply to a placement: NEW and unfilled, also for a market order that has filled. */
export function ackJson(world: World, order: ExchangeOrder): Json {
  const unfilled = { executed: new Big(0), quote: new Big(0), status: 'NEW' as const, updatedAtMs: order.createdAtMs };
  return replyJson(world, { ...order, ...unfilled }, !world.omitAveragePrice);
}

/** newOrderRespType=RESULT: the final state in the same reply. */
export function resultJson(world: World, order: ExchangeOrder): Json {
  return replyJson(world, order, !world.omitAveragePrice || world.rules.resultKeepsAveragePrice);
}

/** order/test still has avgPrice and cumQuote. */
export const testJson = (world: World, order: ExchangeOrder): Json => replyJson(world, order, true);

export const cancelJson = (world: World, order: ExchangeOrder): Json =>
  replyJson(world, order, !world.omitAveragePrice);

/** A row of GET order and GET openOrders, which keep the average price. */
export function orderJson(world: World, order: ExchangeOrder): Json {
  const symbol = symbolOf(world, order.symbol);
  return {
    ...form(world, order),
    avgPrice: averagePrice(symbol, order),
    ...totals(symbol, order),
    time: toExchangeTime(world, order.createdAtMs),
  };
}

function replyJson(world: World, order: ExchangeOrder, withAverage: boolean): Json {
  const symbol = symbolOf(world, order.symbol);
  return {
    ...form(world, order),
    ...(symbol.market === 'cm' ? { pair: pairOf(symbol) } : {}),
    ...(withAverage ? { avgPrice: averagePrice(symbol, order), ...totals(symbol, order) } : {}),
    cumQty: quantityText(symbol, order.executed),
  };
}

/** What was filled: in quote, or of contracts in coins (COIN-M, "Query Order"). */
function totals(symbol: SymbolState, order: ExchangeOrder): Json {
  if (symbol.market === 'um') return { cumQuote: order.quote.toFixed(5) };
  const average = order.executed.eq(0) ? symbol.mark : averageOf(order);
  return { pair: pairOf(symbol), cumBase: marginValue(symbol, order.executed, average).toFixed(8) };
}

/** `BTCUSD` of `BTCUSD_PERP`. */
export const pairOf = ({ symbol }: SymbolState): string => symbol.split('_')[0] ?? symbol;

/** The fields of both. */
function form(world: World, order: ExchangeOrder): Json {
  const symbol = symbolOf(world, order.symbol);
  const { clientOrderId, status, side, positionSide, type, origType, timeInForce, reduceOnly, closePosition } = order;
  const goodTillDate = order.goodTillMs === undefined ? 0 : toExchangeTime(world, order.goodTillMs);
  return {
    ...{ orderId: exactNumber(order.orderId), symbol: order.symbol, status, clientOrderId, side, positionSide, type },
    ...{ origType, timeInForce, reduceOnly, closePosition, workingType: 'CONTRACT_PRICE', priceProtect: false },
    ...{ priceMatch: 'NONE', selfTradePreventionMode: 'EXPIRE_MAKER' },
    price: priceText(symbol, order.price),
    stopPrice: priceText(symbol, order.stopPrice),
    origQty: quantityText(symbol, order.quantity),
    executedQty: quantityText(symbol, order.executed),
    updateTime: toExchangeTime(world, order.updatedAtMs),
    // Not on the pages of COIN-M.
    ...(symbol.market === 'cm' ? {} : { goodTillDate }),
  };
}

export const averagePrice = (symbol: SymbolState, order: ExchangeOrder): string => priceText(symbol, averageOf(order));

export const priceText = (symbol: SymbolState, price: Big): string =>
  price.eq(0) ? '0' : price.toFixed(symbol.pricePrecision);

export const quantityText = (symbol: SymbolState, quantity: Big): string =>
  exactText(quantity, symbol.quantityPrecision);

/** The amount of a position. */
export const amountInDigits = (symbol: SymbolState, amount: Big): string => exactText(amount, symbol.amountDigits);

/** With at least this many decimals: an old position may have more, which are not rounded away. */
const exactText = (value: Big, digits: number): string => value.toFixed(Math.max(digits, decimals(value.toFixed())));

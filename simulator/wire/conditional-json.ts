/**
 * A conditional order as the exchange writes it, in three shapes that share most of their keys: the reply to its
 * placement, the row of the open list, and the answer to a query, which says what became of it.
 *
 * Source: USDⓈ-M "New Algo Order", "Current All Algo Open Orders", "Query Algo Order".
 */

import Big from 'big.js';
import type { AccountState } from '../engine/accounts/account.ts';
import type { ExchangeConditional } from '../engine/orders/conditional-state.ts';
import { averageOf } from '../engine/orders/order-state.ts';
import { symbolOf, toExchangeTime, type World } from '../engine/world.ts';
import { exactNumber } from './wire.ts';

type Json = Readonly<Record<string, unknown>>;

export function placedConditionalJson(world: World, conditional: ExchangeConditional): Json {
  const { activatePrice, callbackRate } = conditional;
  const trailing = conditional.type === 'TRAILING_STOP_MARKET';
  return {
    ...identity(world, conditional, conditional.status),
    ...prices(world, conditional),
    ...terms(world, conditional),
    ...(trailing ? { activatePrice: activatePrice?.toFixed() ?? '', callbackRate: callbackRate?.toFixed() ?? '' } : {}),
  };
}

export function openConditionalJson(world: World, conditional: ExchangeConditional): Json {
  const nothing = (0).toFixed(symbolOf(world, conditional.symbol).pricePrecision);
  return {
    ...identity(world, conditional, conditional.status),
    actualOrderId: conditional.actualOrderId,
    actualPrice: (0).toFixed(5),
    ...prices(world, conditional),
    tpTriggerPrice: nothing,
    tpPrice: nothing,
    slTriggerPrice: nothing,
    slPrice: nothing,
    tpOrderType: '',
    ...terms(world, conditional),
  };
}

export function queriedConditionalJson(world: World, account: AccountState, conditional: ExchangeConditional): Json {
  return {
    ...identity(world, conditional, conditional.status),
    actualOrderId: conditional.actualOrderId,
    ...conditionalOutcome(account, conditional),
    ...prices(world, conditional),
    tpOrderType: '',
    ...terms(world, conditional),
  };
}

/** Of the order that it became: `actualType` comes with the trigger, `actualQty` with the first fill. */
export function conditionalOutcome({ orders }: AccountState, { actualOrderId }: ExchangeConditional) {
  const order = orders.find(({ orderId }) => orderId === actualOrderId);
  return {
    actualPrice: (order === undefined ? new Big(0) : averageOf(order)).toFixed(5),
    ...(order === undefined ? {} : { actualType: order.type }),
    ...(order === undefined || order.executed.eq(0) ? {} : { actualQty: order.executed.toFixed() }),
  };
}

function identity(world: World, conditional: ExchangeConditional, algoStatus: string): Json {
  return {
    algoId: exactNumber(conditional.algoId),
    clientAlgoId: conditional.clientAlgoId,
    algoType: 'CONDITIONAL',
    orderType: conditional.type,
    symbol: conditional.symbol,
    side: conditional.side,
    positionSide: conditional.positionSide,
    timeInForce: conditional.timeInForce,
    quantity: conditional.quantity.toFixed(symbolOf(world, conditional.symbol).quantityPrecision),
    algoStatus,
  };
}

function prices(world: World, conditional: ExchangeConditional): Json {
  const { pricePrecision } = symbolOf(world, conditional.symbol);
  return {
    triggerPrice: conditional.triggerPrice.toFixed(pricePrecision),
    price: conditional.price.toFixed(pricePrecision),
    icebergQuantity: null,
  };
}

function terms(world: World, conditional: ExchangeConditional): Json {
  const { triggeredAtMs, goodTillMs } = conditional;
  return {
    selfTradePreventionMode: 'EXPIRE_MAKER',
    workingType: conditional.workingType,
    priceMatch: 'NONE',
    closePosition: conditional.closePosition,
    priceProtect: conditional.priceProtect,
    reduceOnly: conditional.reduceOnly,
    createTime: toExchangeTime(world, conditional.createdAtMs),
    updateTime: toExchangeTime(world, conditional.updatedAtMs),
    triggerTime: triggeredAtMs === undefined ? 0 : toExchangeTime(world, triggeredAtMs),
    goodTillDate: goodTillMs === undefined ? 0 : toExchangeTime(world, goodTillMs),
  };
}

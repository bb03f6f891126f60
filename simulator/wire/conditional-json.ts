/**
 * A conditional order as the exchange writes it: the reply to its placement, and the row of the algo lists, which adds
 * what became of it. Source: USDⓈ-M "New Algo Order", "Query Algo Order", "Current All Algo Open Orders".
 */

import type Big from 'big.js';
import type { ConditionalState } from '../venue/conditional-state.ts';
import { symbolOf, toVenueTime, type World } from '../venue/world.ts';
import { exactNumber } from './exact-number.ts';

type Json = Readonly<Record<string, unknown>>;

export function placedConditionalJson(world: World, conditional: ConditionalState): Json {
  const { activatePrice, callbackRate } = conditional;
  const trailing = conditional.type === 'TRAILING_STOP_MARKET';
  return {
    ...identity(world, conditional),
    ...prices(world, conditional),
    ...terms(world, conditional),
    ...(trailing ? { activatePrice: (activatePrice ?? conditional.triggerPrice).toFixed() } : {}),
    ...(trailing ? { callbackRate: callbackRate?.toFixed() ?? '' } : {}),
  };
}

export function conditionalJson(world: World, conditional: ConditionalState): Json {
  const { pricePrecision } = symbolOf(world, conditional.symbol);
  return {
    ...identity(world, conditional),
    actualOrderId: conditional.actualOrderId,
    actualPrice: (conditional.actualPrice ?? conditional.triggerPrice.times(0)).toFixed(5),
    ...prices(world, conditional),
    tpTriggerPrice: (0).toFixed(pricePrecision),
    tpPrice: (0).toFixed(pricePrecision),
    slTriggerPrice: (0).toFixed(pricePrecision),
    slPrice: (0).toFixed(pricePrecision),
    tpOrderType: '',
    ...terms(world, conditional),
  };
}

function identity(world: World, conditional: ConditionalState): Json {
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
    algoStatus: conditional.status,
  };
}

function prices(world: World, conditional: ConditionalState): Json {
  const { pricePrecision } = symbolOf(world, conditional.symbol);
  const text = (price: Big): string => price.toFixed(pricePrecision);
  return { triggerPrice: text(conditional.triggerPrice), price: text(conditional.price), icebergQuantity: null };
}

function terms(world: World, conditional: ConditionalState): Json {
  const { triggeredAtMs } = conditional;
  return {
    selfTradePreventionMode: 'EXPIRE_MAKER',
    workingType: conditional.workingType,
    priceMatch: 'NONE',
    closePosition: conditional.closePosition,
    priceProtect: conditional.priceProtect,
    reduceOnly: conditional.reduceOnly,
    createTime: toVenueTime(world, conditional.createdAtMs),
    updateTime: toVenueTime(world, conditional.updatedAtMs),
    triggerTime: triggeredAtMs === undefined ? 0 : toVenueTime(world, triggeredAtMs),
    goodTillDate: 0,
  };
}

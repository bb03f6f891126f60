/**
 * The orders of COIN-M where they differ: a stop from before the move to the algo service still stands among the open
 * orders, is cancelled with them, and is asked for by its order ID (CM-UM Integration Notice, C.5 and C.6).
 */

import { cancelConditional, cancelOrder, restingStops } from '../../../engine/orders/cancel.ts';
import type { ConditionalState } from '../../../engine/orders/conditional-state.ts';
import { refusal } from '../../../engine/rules/refusal.ts';
import { symbolOf, toExchangeTime, type World } from '../../../engine/world.ts';
import { type AccountEndpoint, bySymbol, type Call, type Endpoint, oneOrder } from '../../endpoint.ts';
import { exactNumber } from '../../exact-number.ts';
import { findOrder } from '../../find-order.ts';
import { cancelJson, pairOf, priceText, quantityText } from '../../order-json.ts';
import { requestOrder } from '../../request-order.ts';
import { openOrders } from '../open-orders.ts';
import { orderGet } from '../order-get.ts';

const PATH = '/dapi/v1/order';

export const coinOpenOrders: Endpoint = {
  method: 'GET',
  path: '/dapi/v1/openOrders',
  market: 'cm',
  security: 'signed',
  weight: bySymbol(1, 40),
  answer: call => {
    const { world, account, params } = call;
    const name = params.text('symbol');
    const ordinary = openOrders.security === 'open' ? [] : (openOrders.answer(call) as readonly object[]);
    const stops = restingStops(world, account).filter(one => name === undefined || one.symbol === name);
    return [...ordinary, ...stops.map(one => stopJson(world, one))];
  },
};

export const coinOrderPost: Endpoint = {
  method: 'POST',
  path: PATH,
  market: 'cm',
  security: 'signed',
  queue: 'orders',
  weight: 0,
  orders: oneOrder,
  answer: call => requestOrder(call, call.params, `POST ${PATH}`),
};

export const coinOrderGet: Endpoint = {
  method: 'GET',
  path: PATH,
  market: 'cm',
  security: 'signed',
  weight: 1,
  answer: call => {
    const stop = stopMeant(call);
    if (stop === undefined) return orderGet.security === 'open' ? undefined : orderGet.answer(call);
    return stopJson(call.world, stop);
  },
};

export const coinOrderDelete: Endpoint = {
  method: 'DELETE',
  path: PATH,
  market: 'cm',
  security: 'signed',
  queue: 'cancels',
  weight: 1,
  answer: call => {
    const stop = stopMeant(call);
    if (stop !== undefined) return stopJson(call.world, cancelConditional(call.world, stop));
    return cancelJson(call.world, cancelOrder(call.world, findOrder(call)));
  },
};

function stopMeant({ account, params }: Call): ConditionalState | undefined {
  const orderId = params.text('orderId');
  return account.conditionals.find(one => one.older && one.algoId === orderId && one.symbol === params.all.symbol);
}

/** A stop as a row of the open orders. */
function stopJson(world: World, stop: ConditionalState) {
  const symbol = symbolOf(world, stop.symbol);
  const zero = quantityText(symbol, stop.quantity.times(0));
  return {
    orderId: exactNumber(stop.algoId),
    symbol: stop.symbol,
    pair: pairOf(symbol),
    status: stop.status,
    clientOrderId: stop.clientAlgoId,
    price: priceText(symbol, stop.price),
    avgPrice: '0.0',
    origQty: quantityText(symbol, stop.quantity),
    executedQty: zero,
    cumBase: '0',
    timeInForce: stop.timeInForce,
    type: stop.type,
    origType: stop.type,
    reduceOnly: stop.reduceOnly,
    closePosition: stop.closePosition,
    side: stop.side,
    positionSide: stop.positionSide,
    stopPrice: priceText(symbol, stop.triggerPrice),
    workingType: stop.workingType,
    priceProtect: stop.priceProtect,
    priceMatch: 'NONE',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    time: toExchangeTime(world, stop.createdAtMs),
    updateTime: toExchangeTime(world, stop.updatedAtMs),
  };
}

/** The endpoints of the algo service that the notice does not name, where the switch has them. */
export const unlessGone = (endpoint: AccountEndpoint): AccountEndpoint => ({
  ...endpoint,
  answer: call => {
    if (call.world.rules.coinAlgoExtras) return endpoint.answer(call);
    throw refusal(-5000, `Path ${endpoint.path}, Method ${endpoint.method} is invalid`);
  },
});

/**
 * The orders of COIN-M where they differ: a stop from before the move to the algo service still stands among the open
 * orders, is cancelled with them, and is asked for by its order ID (CM-UM Integration Notice, C.5 and C.6).
 */

import { cancelConditional, cancelOrder, restingStops } from '../../../engine/orders/cancel.ts';
import type { ExchangeConditional } from '../../../engine/orders/conditional-state.ts';
import { symbolOf, toExchangeTime, type World } from '../../../engine/world.ts';
import {
  type AccountEndpoint,
  bySymbol,
  type EndpointCall,
  noSuchPath,
  oneOrder,
  signedEndpoint,
} from '../../endpoint.ts';
import { findOrder } from '../../find-order.ts';
import { cancelJson, pairOf, priceText, quantityText } from '../../order-json.ts';
import { exactNumber } from '../../wire.ts';
import { openOrdersGet, orderGet, requestOrder } from '../orders.ts';

const PATH = '/dapi/v1/order';
const market = 'cm';

const coinOpenOrders = signedEndpoint(
  { method: 'GET', path: '/dapi/v1/openOrders', market, weight: bySymbol(1, 40) },
  call => {
    const name = call.params.text('symbol');
    const stops = restingStops(call.world, call.account).filter(one => (name ?? one.symbol) === one.symbol);
    return [...(openOrdersGet.answer(call) as readonly object[]), ...stops.map(one => stopJson(call.world, one))];
  },
);

const coinOrderPost = signedEndpoint(
  { method: 'POST', path: PATH, market, weight: 0, queue: 'orders', orders: oneOrder },
  call => requestOrder(call, call.params, `POST ${PATH}`),
);

const coinOrderGet = signedEndpoint({ method: 'GET', path: PATH, market, weight: 1 }, call => {
  const stop = stopMeant(call);
  return stop === undefined ? orderGet.answer(call) : stopJson(call.world, stop);
});

const coinOrderDelete = signedEndpoint({ method: 'DELETE', path: PATH, market, weight: 1, queue: 'cancels' }, call => {
  const stop = stopMeant(call);
  if (stop !== undefined) return stopJson(call.world, cancelConditional(call.world, call.account, stop));
  return cancelJson(call.world, cancelOrder(call.world, call.account, findOrder(call)));
});

export const COIN_ORDERS: readonly AccountEndpoint[] = [
  ...[coinOpenOrders, coinOrderPost, coinOrderGet, coinOrderDelete],
];

function stopMeant({ account, params }: EndpointCall): ExchangeConditional | undefined {
  const orderId = params.text('orderId');
  return account.conditionals.find(one => one.older && one.algoId === orderId && one.symbol === params.all.symbol);
}

/** A stop as a row of the open orders. */
function stopJson(world: World, stop: ExchangeConditional) {
  const symbol = symbolOf(world, stop.symbol);
  return {
    ...{ orderId: exactNumber(stop.algoId), clientOrderId: stop.clientAlgoId, symbol: stop.symbol },
    ...{ pair: pairOf(symbol), status: stop.status, side: stop.side, positionSide: stop.positionSide },
    price: priceText(symbol, stop.price),
    stopPrice: priceText(symbol, stop.triggerPrice),
    origQty: quantityText(symbol, stop.quantity),
    executedQty: quantityText(symbol, stop.quantity.times(0)),
    ...{ avgPrice: '0.0', cumBase: '0', timeInForce: stop.timeInForce, type: stop.type, origType: stop.type },
    ...{ reduceOnly: stop.reduceOnly, closePosition: stop.closePosition, workingType: stop.workingType },
    ...{ priceProtect: stop.priceProtect, priceMatch: 'NONE', selfTradePreventionMode: 'EXPIRE_MAKER' },
    time: toExchangeTime(world, stop.createdAtMs),
    updateTime: toExchangeTime(world, stop.updatedAtMs),
  };
}

/** The endpoints of the algo service that the notice does not name, where the switch has them. */
export const unlessGone = (endpoint: AccountEndpoint): AccountEndpoint => ({
  ...endpoint,
  answer: call => {
    if (call.world.rules.coinAlgoExtras) return endpoint.answer(call);
    throw noSuchPath(endpoint);
  },
});

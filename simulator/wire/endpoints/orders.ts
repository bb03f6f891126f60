/** Ordinary orders: place, test, query, list and cancel, one by one and in batches. */

import Big from 'big.js';
import { cancelAllOrders as cancelAll, cancelOrder } from '../../engine/orders/cancel.ts';
import { shownOrder } from '../../engine/orders/order-state.ts';
import { checkOrder, placeOrder } from '../../engine/orders/place-order.ts';
import { reducingQuantity } from '../../engine/orders/reduce-only.ts';
import { Refusal, refusalOf } from '../../engine/rules/refusal.ts';
import { isOf, symbolOf } from '../../engine/world.ts';
import {
  type AccountEndpoint,
  bySymbol,
  CANCELLED_ALL,
  type EndpointCall,
  oneOrder,
  refuseByScript,
  signedEndpoint,
} from '../endpoint.ts';
import { findOrder } from '../find-order.ts';
import { ackJson, cancelJson, orderJson, resultJson, testJson } from '../order-json.ts';
import { batchItems, invalid, missing, type Params, paramsOf } from '../params.ts';
import { readOrder } from '../read-order.ts';

const PATH = '/fapi/v1/order';

/** Weight 0, one of the account's orders. Conditional types are refused here (-4120). */
const orderPost = signedEndpoint({ method: 'POST', path: PATH, weight: 0, queue: 'orders', orders: oneOrder }, call =>
  requestOrder(call, call.params, `POST ${PATH}`),
);

/** Orders that ended without a fill are forgotten after three days ("Query Order"). */
const REMEMBERED_MS = 3 * 24 * 60 * 60 * 1000;

export const orderGet = signedEndpoint({ method: 'GET', path: PATH, weight: 1 }, call => {
  const order = findOrder(call);
  if (order === undefined) throw refusalOf(-2013);
  const endedEmpty = (order.status === 'CANCELED' || order.status === 'EXPIRED') && order.executed.eq(0);
  if (endedEmpty && call.world.clock.nowMs() - order.createdAtMs > REMEMBERED_MS) throw refusalOf(-2013);
  return orderJson(call.world, order);
});

/** -2011 for an order that is not open, and for conditional ones. */
export const orderDelete = signedEndpoint({ method: 'DELETE', path: PATH, weight: 1, queue: 'cancels' }, call =>
  cancelJson(call.world, cancelOrder(call.world, call.account, findOrder(call))),
);

/** The checks of an order, without the order. Answers in the shape of a placement. */
const orderTest = signedEndpoint({ method: 'POST', path: `${PATH}/test`, weight: 1 }, ({ world, account, params }) => {
  const ask = readOrder(world, params);
  const form = checkOrder(world, account, symbolOf(world, ask.symbol), ask);
  if (world.rules.orderTestChecksPosition) reducingQuantity(account, ask.symbol, form, ask.quantity, world.rules);
  const nowMs = world.clock.nowMs();
  return testJson(world, {
    ...{ ...ask, ...form, origType: ask.type, closePosition: false, origin: 'order/test' },
    orderId: String(world.lastOrderId + 1n),
    clientOrderId: ask.clientOrderId ?? 'testOrder',
    ...{ stopPrice: new Big(0), executed: new Big(0), quote: new Big(0), status: 'NEW' },
    ...{ overTheWire: true, watched: false, createdAtMs: nowMs, updatedAtMs: nowMs },
  });
});

export const openOrdersGet = signedEndpoint(
  { method: 'GET', path: '/fapi/v1/openOrders', weight: bySymbol(1, 40) },
  call => {
    const { world, account, params, market } = call;
    const name = params.text('symbol');
    if (name !== undefined) symbolOf(world, name);
    const nowMs = world.clock.nowMs();
    return account.orders
      .filter(order => (name === undefined || order.symbol === name) && isOf(world, market, order.symbol))
      .flatMap(order => shownOrder(order, nowMs, world.listLag.ordersMs) ?? [])
      .map(order => orderJson(world, order));
  },
);

/** Of one symbol: there is no cancel for the whole account. */
export const allOpenOrdersDelete = signedEndpoint(
  { method: 'DELETE', path: '/fapi/v1/allOpenOrders', weight: 1, queue: 'cancels' },
  ({ world, account, params }) => {
    const cancelled = cancelAll(world, account, symbolOf(world, params.required('symbol')).symbol);
    if (cancelled === 0 && world.rules.emptyCancelAll === 'unknown-order') throw refusalOf(-2011);
    return CANCELLED_ALL;
  },
);

const BATCH_PATH = '/fapi/v1/batchOrders';
const MOST_PLACED = 5;
const MOST_CANCELLED = 10;

/**
 * Up to five orders in one parameter, as JSON. Not atomic: HTTP 200 with an array that mixes replies and errors, in the
 * order of the request ("Place Multiple Orders").
 */
export const batchOrdersPost = signedEndpoint(
  {
    ...{ method: 'POST', path: BATCH_PATH, weight: 5, queue: 'orders', refusesByItem: true },
    orders: ({ world, params }) => ({
      tenSeconds: world.rules.batchCounts === 'five' ? MOST_PLACED : readItems(params).length,
      minute: 1,
    }),
  },
  call => {
    const items = readItems(call.params);
    if (items.length === 0 || items.length > MOST_PLACED) throw refusalOf(-4082);
    return items.map(item =>
      orRefusal(() => {
        refuseByScript(call.script, item.all);
        return requestOrder(call, item, `POST ${BATCH_PATH}`);
      }),
    );
  },
);

/** An item that is no object is refused for the first parameter that it lacks, the others are not. */
function readItems(params: Params): readonly Params[] {
  const items = batchItems(params.required('batchOrders'));
  if (items === undefined) throw invalid('batchOrders');
  return items.map(paramsOf);
}

/** Up to ten orders of one symbol. An array that mixes replies and errors, HTTP 200. */
export const batchOrdersDelete = signedEndpoint(
  { method: 'DELETE', path: BATCH_PATH, weight: 1, queue: 'cancels' },
  call => {
    const { symbol } = symbolOf(call.world, call.params.required('symbol'));
    const ids = readIds(call.params);
    if (ids.length > MOST_CANCELLED) throw refusalOf(-4032);
    return ids.map(id =>
      orRefusal(() => {
        const order = findOrder({ ...call, params: paramsOf({ symbol, ...id }) });
        return cancelJson(call.world, cancelOrder(call.world, call.account, order));
      }),
    );
  },
);

/** Both lists are JSON arrays in one parameter; ids are read as digits because they may exceed 2^53. */
function readIds(params: Params): readonly Readonly<Record<string, string>>[] {
  const byId = params.text('orderIdList')?.match(/\d+/g) ?? [];
  const byClientId = [...(params.text('origClientOrderIdList') ?? '').matchAll(/"([^"]*)"/g)];
  if (byId.length + byClientId.length === 0) throw missing('orderIdList');
  return [
    ...byId.map(orderId => ({ orderId })),
    ...byClientId.map(([, origClientOrderId = '']) => ({ origClientOrderId })),
  ];
}

/** One item of a batch: its reply, or the refusal in its place. */
function orRefusal(reply: () => unknown): unknown {
  try {
    return reply();
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, msg: error.message };
    throw error;
  }
}

export const ORDERS: readonly AccountEndpoint[] = [
  ...[
    orderPost,
    orderGet,
    orderDelete,
    orderTest,
    openOrdersGet,
    allOpenOrdersDelete,
    batchOrdersPost,
    batchOrdersDelete,
  ],
];

/** `origin` names the call for violations. Throws a Refusal. */
export function requestOrder(call: EndpointCall, params: Params, origin: string): unknown {
  const { world, account, script } = call;
  const ask = readOrder(world, params);
  const responseType = params.text('newOrderRespType') ?? 'ACK';
  if (responseType !== 'ACK' && responseType !== 'RESULT') {
    throw invalid('newOrderRespType');
  }
  const order = placeOrder(world, account, ask, {
    origin,
    ...(script.fillRatio === undefined ? {} : { fillRatio: new Big(script.fillRatio) }),
  });
  return responseType === 'RESULT' ? resultJson(world, order) : ackJson(world, order);
}

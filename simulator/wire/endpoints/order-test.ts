/** POST /fapi/v1/order/test: the checks of an order, without the order. Answers in the shape of a placement. */

import Big from 'big.js';
import { checkOrder } from '../../engine/orders/place-order.ts';
import { reducingQuantity } from '../../engine/orders/reduce-only.ts';
import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';
import { readOrder } from '../order-ask.ts';
import { testJson } from '../order-json.ts';

export const orderTest: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/order/test',
  security: 'signed',
  weight: (_params, world) => world.rules.orderTestWeight,
  answer: ({ world, account, params }) => {
    const ask = readOrder(world, params);
    const form = checkOrder(world, account, symbolOf(world, ask.symbol), ask);
    if (world.rules.orderTestChecksPosition) reducingQuantity(account, ask.symbol, form, ask.quantity, world.rules);
    const nowMs = world.clock.nowMs();
    return testJson(world, {
      ...ask,
      ...form,
      orderId: String(world.lastOrderId + 1n),
      clientOrderId: ask.clientOrderId ?? 'testOrder',
      origType: ask.type,
      stopPrice: new Big(0),
      closePosition: false,
      origin: 'order/test',
      overTheWire: true,
      watched: false,
      createdAtMs: nowMs,
      executed: new Big(0),
      quote: new Big(0),
      status: 'NEW',
      updatedAtMs: nowMs,
    });
  },
};

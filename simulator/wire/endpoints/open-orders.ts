/** GET /fapi/v1/openOrders: ordinary orders only, 1 weight for a symbol and 40 for all. */

import { shownOrder } from '../../engine/orders/order-state.ts';
import { isOf, symbolOf } from '../../engine/world.ts';
import { bySymbol, type Endpoint } from '../endpoint.ts';
import { orderJson } from '../order-json.ts';

export const openOrders: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/openOrders',
  security: 'signed',
  weight: bySymbol(1, 40),
  answer: ({ world, account, params, market }) => {
    const name = params.text('symbol');
    if (name !== undefined) symbolOf(world, name);
    const nowMs = world.clock.nowMs();
    return account.orders
      .filter(order => (name === undefined || order.symbol === name) && isOf(world, market, order.symbol))
      .flatMap(order => shownOrder(order, nowMs, world.listLag.ordersMs) ?? [])
      .map(order => orderJson(world, order));
  },
};

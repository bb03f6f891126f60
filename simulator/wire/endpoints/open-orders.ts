/** GET /fapi/v1/openOrders: ordinary orders only, 1 weight for a symbol and 40 for all. Orders do not lag. */

import { isOpen } from '../../venue/order-state.ts';
import { symbolOf } from '../../venue/world.ts';
import { bySymbol, type Endpoint } from '../endpoint.ts';
import { orderJson } from '../order-json.ts';

export const openOrders: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/openOrders',
  security: 'signed',
  weight: bySymbol(1, 40),
  answer: ({ world, account, params }) => {
    const name = params.text('symbol');
    if (name !== undefined) symbolOf(world, name);
    return account.orders
      .filter(order => isOpen(order) && (name === undefined || order.symbol === name))
      .map(order => orderJson(world, order));
  },
};

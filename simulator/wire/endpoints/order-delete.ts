/** DELETE /fapi/v1/order: -2011 for an order that is not open, and for conditional ones. */

import { cancelOrder } from '../../engine/orders/cancel.ts';
import type { Endpoint } from '../endpoint.ts';
import { findOrder } from '../find-order.ts';
import { cancelJson } from '../order-json.ts';

export const orderDelete: Endpoint = {
  method: 'DELETE',
  path: '/fapi/v1/order',
  security: 'signed',
  queue: 'cancels',
  weight: 1,
  answer: call => cancelJson(call.world, cancelOrder(call.world, findOrder(call))),
};

/** POST /fapi/v1/order: weight 0, one of the account's orders. Conditional types are refused here (-4120). */

import { type Endpoint, oneOrder } from '../endpoint.ts';
import { requestOrder } from '../request-order.ts';

export const orderPost: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/order',
  security: 'signed',
  queue: 'orders',
  weight: 0,
  orders: oneOrder,
  answer: call => requestOrder(call, call.params, 'POST /fapi/v1/order'),
};

/**
 * POST /fapi/v1/batchOrders: up to five orders in one parameter, as JSON. Not atomic: HTTP 200 with an array that mixes
 * replies and errors, in the order of the request ("Place Multiple Orders").
 */

import { Refusal, refusal } from '../../engine/rules/refusal.ts';
import { batchItems } from '../batch-items.ts';
import type { Call, Endpoint } from '../endpoint.ts';
import { invalid, type Params, paramsOf } from '../params.ts';
import { requestOrder } from '../request-order.ts';
import { refuseByScript } from '../scripted-refusal.ts';

const MOST = 5;

export const batchOrdersPost: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/batchOrders',
  security: 'signed',
  queue: 'orders',
  refusesByItem: true,
  weight: 5,
  orders: ({ world, params }) => ({
    tenSeconds: world.rules.batchCounts === 'five' ? MOST : readItems(params).length,
    minute: 1,
  }),
  answer: call => {
    const items = readItems(call.params);
    if (items.length === 0 || items.length > MOST) throw refusal(-4082);
    return items.map(item => oneOf(call, item));
  },
};

function oneOf(call: Call, item: Params): unknown {
  try {
    refuseByScript(call.script, item.all);
    return requestOrder(call, item, 'POST /fapi/v1/batchOrders');
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, msg: error.message };
    throw error;
  }
}

/** An item that is no object is refused for the first parameter that it lacks, the others are not. */
function readItems(params: Params): readonly Params[] {
  const items = batchItems(params.required('batchOrders'));
  if (items === undefined) throw invalid('batchOrders');
  return items.map(paramsOf);
}

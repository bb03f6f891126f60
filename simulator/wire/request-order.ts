/** Places one order of a client, and returns the reply. For POST order and the items of POST batchOrders. */

import Big from 'big.js';
import { placeOrder } from '../engine/orders/place-order.ts';
import type { EndpointCall } from './endpoint.ts';
import { ackJson, resultJson } from './order-json.ts';
import { invalid, type Params } from './params.ts';
import { readOrder } from './read-order.ts';

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

/**
 * One order of a client, placed by the exchange's rules, and its reply. Shared by POST order
 * and the items of POST batchOrders.
 */

import Big from 'big.js';
import { placeOrder } from '../engine/orders/place-order.ts';
import { refusal } from '../engine/rules/refusal.ts';
import type { Call } from './endpoint.ts';
import { readOrder } from './order-ask.ts';
import { ackJson, resultJson } from './order-json.ts';
import type { Params } from './params.ts';

/** `origin` names the call for the watch. Throws a Refusal. */
export function requestOrder(call: Call, params: Params, origin: string): unknown {
  const { world, account, script } = call;
  const ask = readOrder(world, params);
  const responseType = params.text('newOrderRespType') ?? 'ACK';
  if (responseType !== 'ACK' && responseType !== 'RESULT') {
    throw refusal(-1130, "Data sent for parameter 'newOrderRespType' is not valid.");
  }
  const order = placeOrder(world, account, ask, {
    origin,
    ...(script.fillRatio === undefined ? {} : { fillRatio: new Big(script.fillRatio) }),
  });
  return responseType === 'RESULT' ? resultJson(world, order) : ackJson(world, order);
}

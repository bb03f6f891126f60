/** DELETE /fapi/v1/batchOrders: up to ten orders of one symbol; an array that mixes replies and errors, HTTP 200. */

import { cancelOrder } from '../../engine/orders/cancel.ts';
import { Refusal, refusal } from '../../engine/rules/refusal.ts';
import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';
import { findOrder } from '../find-order.ts';
import { cancelJson } from '../order-json.ts';
import { missing, type Params, paramsOf } from '../params.ts';

const MOST = 10;

export const batchOrdersDelete: Endpoint = {
  method: 'DELETE',
  path: '/fapi/v1/batchOrders',
  security: 'signed',
  queue: 'cancels',
  weight: 1,
  answer: call => {
    const { symbol } = symbolOf(call.world, call.params.required('symbol'));
    const ids = readIds(call.params);
    if (ids.length > MOST) throw refusal(-4032);
    return ids.map(id => {
      try {
        return cancelJson(
          call.world,
          cancelOrder(call.world, findOrder({ ...call, params: paramsOf({ symbol, ...id }) })),
        );
      } catch (error) {
        if (error instanceof Refusal) return { code: error.code, msg: error.message };
        throw error;
      }
    });
  },
};

/** Both lists are JSON arrays in one parameter; ids are read as digits because they may exceed 2^53. */
function readIds(params: Params): readonly Readonly<Record<string, string>>[] {
  const byId = params.text('orderIdList')?.match(/\d+/g) ?? [];
  const byClientId = [...(params.text('origClientOrderIdList') ?? '').matchAll(/"([^"]*)"/g)].map(
    match => match[1] ?? '',
  );
  if (byId.length + byClientId.length === 0) throw missing('orderIdList');
  return [...byId.map(orderId => ({ orderId })), ...byClientId.map(origClientOrderId => ({ origClientOrderId }))];
}

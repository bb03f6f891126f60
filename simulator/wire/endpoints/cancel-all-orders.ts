/** DELETE /fapi/v1/allOpenOrders: the ordinary orders of one symbol. There is no cancel for the whole account. */

import { cancelAllOrders as cancelAll } from '../../engine/orders/cancel.ts';
import { refusal } from '../../engine/rules/refusal.ts';
import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const cancelAllOrders: Endpoint = {
  method: 'DELETE',
  path: '/fapi/v1/allOpenOrders',
  security: 'signed',
  queue: 'cancels',
  weight: 1,
  answer: ({ world, account, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    const cancelled = cancelAll(world, account, symbol);
    if (cancelled === 0 && world.rules.emptyCancelAll === 'unknown-order') throw refusal(-2011);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  },
};

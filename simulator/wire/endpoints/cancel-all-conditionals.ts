/** DELETE /fapi/v1/algoOpenOrders: the conditional orders of one symbol. */

import { cancelAllConditionals as cancelAll } from '../../engine/orders/cancel.ts';
import { refusal } from '../../engine/rules/refusal.ts';
import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const cancelAllConditionals: Endpoint = {
  method: 'DELETE',
  path: '/fapi/v1/algoOpenOrders',
  security: 'signed',
  queue: 'conditionals',
  weight: 1,
  answer: ({ world, account, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    const cancelled = cancelAll(world, account, symbol);
    if (cancelled === 0 && world.rules.emptyConditionalCancelAll === 'unknown-order') throw refusal(-2011);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  },
};

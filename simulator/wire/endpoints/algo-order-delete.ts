/** DELETE /fapi/v1/algoOrder: needs no symbol; its `code` is a string, unlike that of the cancel-all. */

import { cancelConditional } from '../../engine/orders/cancel.ts';
import type { Endpoint } from '../endpoint.ts';
import { exactNumber } from '../exact-number.ts';
import { findConditional } from '../find-order.ts';

export const algoOrderDelete: Endpoint = {
  method: 'DELETE',
  path: '/fapi/v1/algoOrder',
  security: 'signed',
  queue: 'conditionals',
  weight: 1,
  answer: call => {
    const { algoId, clientAlgoId } = cancelConditional(call.world, findConditional(call));
    return { algoId: exactNumber(algoId), clientAlgoId, code: '200', msg: 'success' };
  },
};

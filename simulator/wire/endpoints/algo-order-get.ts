/** GET /fapi/v1/algoOrder: one conditional order, whatever became of it. */

import { refusal } from '../../engine/rules/refusal.ts';
import { queriedConditionalJson } from '../conditional-json.ts';
import type { Endpoint } from '../endpoint.ts';
import { findConditional } from '../find-order.ts';

export const algoOrderGet: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/algoOrder',
  security: 'signed',
  weight: 1,
  answer: call => {
    const conditional = findConditional(call);
    if (conditional === undefined) throw refusal(-2013);
    return queriedConditionalJson(call.world, call.account, conditional);
  },
};

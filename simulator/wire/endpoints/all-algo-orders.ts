/** GET /fapi/v1/allAlgoOrders: the conditional orders of a symbol, whatever became of them, oldest first. */

import { symbolOf, toExchangeTime } from '../../engine/world.ts';
import { openConditionalJson } from '../conditional-json.ts';
import type { Endpoint } from '../endpoint.ts';
import { readLimit, readTimeSpan } from '../history-window.ts';

export const allAlgoOrders: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/allAlgoOrders',
  security: 'signed',
  weight: 5,
  answer: ({ world, account, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    const algoId = params.text('algoId');
    const { startMs, endMs } = readTimeSpan(world, params);
    const limit = readLimit(params);
    const page = params.integer('page') ?? 0;
    return account.conditionals
      .filter(one => {
        const createdMs = toExchangeTime(world, one.createdAtMs);
        return (
          one.symbol === symbol &&
          (algoId === undefined ? createdMs >= startMs && createdMs <= endMs : BigInt(one.algoId) >= BigInt(algoId))
        );
      })
      .slice(page * limit, (page + 1) * limit)
      .map(one => openConditionalJson(world, one));
  },
};

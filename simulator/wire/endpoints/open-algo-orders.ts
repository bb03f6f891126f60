/** GET /fapi/v1/openAlgoOrders: conditional orders that wait for their trigger; all parameters are optional. */

import { shownConditional } from '../../engine/orders/conditional-state.ts';
import { isOf, symbolOf } from '../../engine/world.ts';
import { openConditionalJson } from '../conditional-json.ts';
import { bySymbol, type Endpoint } from '../endpoint.ts';

export const openAlgoOrders: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/openAlgoOrders',
  security: 'signed',
  weight: bySymbol(1, 40),
  answer: ({ world, account, params, market }) => {
    const name = params.text('symbol');
    const algoId = params.text('algoId');
    if (name !== undefined) symbolOf(world, name);
    const nowMs = world.clock.nowMs();
    return account.conditionals
      .filter(one => (name ?? one.symbol) === one.symbol && (algoId ?? one.algoId) === one.algoId)
      .filter(one => !one.older && isOf(world, market, one.symbol))
      .flatMap(one => shownConditional(one, nowMs, world.listLag.conditionalsMs) ?? [])
      .map(one => openConditionalJson(world, one));
  },
};

/** GET /fapi/v1/leverageBracket: one bracket per symbol, enough for clients that insist on knowing them. */

import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const leverageBracket: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/leverageBracket',
  security: 'signed',
  weight: 1,
  answer: ({ world, params, market }) => {
    const name = params.text('symbol');
    const names = name === undefined ? world.symbols.names(market) : [symbolOf(world, name).symbol];
    return names.map(symbol => ({
      symbol,
      notionalCoef: 1.5,
      brackets: [
        {
          bracket: 1,
          initialLeverage: 125,
          notionalCap: 20_000_000,
          notionalFloor: 0,
          maintMarginRatio: 0.004,
          cum: 0,
        },
      ],
    }));
  },
};

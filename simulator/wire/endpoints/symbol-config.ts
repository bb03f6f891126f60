/** GET /fapi/v1/symbolConfig: leverage and margin type, which v3 positionRisk no longer carries. */

import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const symbolConfig: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/symbolConfig',
  security: 'signed',
  weight: 5,
  answer: ({ world, account, params, market }) => {
    const name = params.text('symbol');
    const names = name === undefined ? world.symbols.names(market) : [symbolOf(world, name).symbol];
    return names.map(symbol => ({
      symbol,
      marginType: 'CROSSED',
      isAutoAddMargin: false,
      leverage: account.leverage,
      maxNotionalValue: '20000000',
    }));
  },
};

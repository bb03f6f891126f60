/** GET /fapi/v1/apiTradingStatus: the quantitative rules' verdict on the account; here always a clean one. */

import { venueTimeMs } from '../../engine/world.ts';
import { bySymbol, type Endpoint } from '../endpoint.ts';

export const apiTradingStatus: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/apiTradingStatus',
  security: 'signed',
  weight: bySymbol(1, 10),
  answer: ({ world }) => ({ indicators: {}, updateTime: venueTimeMs(world) }),
};

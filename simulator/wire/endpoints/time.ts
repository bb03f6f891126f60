/** GET /fapi/v1/time: the exchange's clock, which a client may be off from. */

import { exchangeTimeMs } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const time: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/time',
  security: 'open',
  weight: 1,
  answer: world => ({ serverTime: exchangeTimeMs(world) }),
};

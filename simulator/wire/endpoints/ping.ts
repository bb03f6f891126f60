/** GET /fapi/v1/ping: is anybody there. */

import type { Endpoint } from '../endpoint.ts';

export const ping: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/ping',
  security: 'open',
  weight: 1,
  answer: () => ({}),
};

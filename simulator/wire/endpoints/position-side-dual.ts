/** GET /fapi/v1/positionSide/dual: hedge mode or not, for six times the weight of accountConfig. */

import type { Endpoint } from '../endpoint.ts';

export const positionSideDual: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/positionSide/dual',
  security: 'signed',
  weight: 30,
  answer: ({ account }) => ({ dualSidePosition: account.hedgeMode }),
};

/** POST /fapi/v1/listenKey: the key of a user data stream, of which the simulator has none behind it. Needs no signature. */

import type { Endpoint } from '../endpoint.ts';

export const listenKey: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/listenKey',
  security: 'key',
  weight: 1,
  answer: ({ account }) => ({ listenKey: Buffer.from(`listen ${account.name}`).toString('hex').padEnd(64, '0') }),
};

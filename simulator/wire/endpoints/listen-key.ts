/** The key of a user data stream ("Start User Data Stream" and the pages after it), on each host. Needs no signature. */

import { closeListenKey, extendListenKey, openListenKey } from '../../engine/accounts/listen-key.ts';
import type { AccountEndpoint, EndpointCall } from '../endpoint.ts';

const ANSWERS = {
  POST: ({ world, account }: EndpointCall) => ({ listenKey: openListenKey(world, account) }),
  PUT: ({ world, account }: EndpointCall) => ({ listenKey: extendListenKey(world, account) }),
  DELETE: ({ account }: EndpointCall) => {
    closeListenKey(account);
    return {};
  },
};

export const LISTEN_KEYS: readonly AccountEndpoint[] = ['fapi', 'dapi', 'papi'].flatMap(host =>
  (['POST', 'PUT', 'DELETE'] as const).map(method => ({
    ...({ method, path: `/${host}/v1/listenKey`, security: 'key', weight: 1, answer: ANSWERS[method] } as const),
  })),
);

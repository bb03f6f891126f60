/** /fapi/v1/listenKey: the key of a user data stream, which opens and stays silent (silent-streams.ts). Needs no signature. */

import type { AccountState } from '../../engine/accounts/account.ts';
import type { AccountEndpoint, Call } from '../endpoint.ts';

const keyOf = ({ name }: AccountState): string => Buffer.from(`listen ${name}`).toString('hex').padEnd(64, '0');

const common = { path: '/fapi/v1/listenKey', security: 'key', weight: 1 } as const;

export const LISTEN_KEYS: readonly AccountEndpoint[] = [
  { ...common, method: 'POST', answer: ({ account }: Call) => ({ listenKey: keyOf(account) }) },
  { ...common, method: 'PUT', answer: ({ account }: Call) => ({ listenKey: keyOf(account) }) },
  { ...common, method: 'DELETE', answer: () => ({}) },
];

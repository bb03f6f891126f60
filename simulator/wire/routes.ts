/** Every endpoint of the exchange, by verb and path. What is not here is answered 404 with -5000. */

import type { Endpoint } from './endpoint.ts';
import { ACCOUNT } from './endpoints/account.ts';
import { CONDITIONALS } from './endpoints/conditionals.ts';
import { DAPI } from './endpoints/dapi/list.ts';
import { HISTORY } from './endpoints/history.ts';
import { LISTEN_KEYS } from './endpoints/listen-key.ts';
import { MARKET_DATA } from './endpoints/market-data.ts';
import { ORDERS } from './endpoints/orders.ts';
import { PAPI } from './endpoints/papi/list.ts';
import { POSITIONS } from './endpoints/positions.ts';
import { TWAP_ORDERS } from './endpoints/twap-orders.ts';

const FAPI: readonly Endpoint[] = [...MARKET_DATA, ...ACCOUNT, ...POSITIONS, ...ORDERS, ...CONDITIONALS, ...HISTORY];

const BY_ROUTE: ReadonlyMap<string, Endpoint> = new Map(
  [...FAPI, ...LISTEN_KEYS, ...TWAP_ORDERS, ...DAPI, ...PAPI].map(endpoint => [
    `${endpoint.method} ${endpoint.path}`,
    endpoint,
  ]),
);

export const routeOf = (method: string, path: string): Endpoint | undefined => BY_ROUTE.get(`${method} ${path}`);

/** Every endpoint of the exchange, by verb and path. What is not here is answered 404 with -5000. */

import type { Endpoint } from './endpoint.ts';
import { accountConfig } from './endpoints/account-config.ts';
import { accountV2, accountV3 } from './endpoints/account-information.ts';
import { ACCOUNT_SETTINGS } from './endpoints/account-settings.ts';
import { algoOrderDelete } from './endpoints/algo-order-delete.ts';
import { algoOrderGet } from './endpoints/algo-order-get.ts';
import { algoOrderPost } from './endpoints/algo-order-post.ts';
import { allAlgoOrders } from './endpoints/all-algo-orders.ts';
import { apiRestrictions } from './endpoints/api-restrictions.ts';
import { balanceV2, balanceV3 } from './endpoints/balance.ts';
import { batchOrdersDelete } from './endpoints/batch-orders-delete.ts';
import { batchOrdersPost } from './endpoints/batch-orders-post.ts';
import { cancelAllConditionals } from './endpoints/cancel-all-conditionals.ts';
import { cancelAllOrders } from './endpoints/cancel-all-orders.ts';
import { DAPI } from './endpoints/dapi/list.ts';
import { exchangeInfo } from './endpoints/exchange-info.ts';
import { income } from './endpoints/income.ts';
import { leverageBracket } from './endpoints/leverage-bracket.ts';
import { LISTEN_KEYS } from './endpoints/listen-key.ts';
import { CANDLES } from './endpoints/market-data/candles.ts';
import { PRICES } from './endpoints/market-data/prices.ts';
import { openAlgoOrders } from './endpoints/open-algo-orders.ts';
import { openOrders } from './endpoints/open-orders.ts';
import { orderDelete } from './endpoints/order-delete.ts';
import { orderGet } from './endpoints/order-get.ts';
import { orderPost } from './endpoints/order-post.ts';
import { orderTest } from './endpoints/order-test.ts';
import { PAPI } from './endpoints/papi/list.ts';
import { ping } from './endpoints/ping.ts';
import { positionRiskV2 } from './endpoints/position-risk-v2.ts';
import { positionRiskV3 } from './endpoints/position-risk-v3.ts';
import { positionSideDual } from './endpoints/position-side-dual.ts';
import { premiumIndex } from './endpoints/premium-index.ts';
import { symbolConfig } from './endpoints/symbol-config.ts';
import { time } from './endpoints/time.ts';
import { twapOpenOrders } from './endpoints/twap-open-orders.ts';
import { twapOrderDelete } from './endpoints/twap-order-delete.ts';
import { userTrades } from './endpoints/user-trades.ts';

const ENDPOINTS: readonly Endpoint[] = [
  ping,
  time,
  exchangeInfo,
  premiumIndex,
  positionRiskV3,
  positionRiskV2,
  accountConfig,
  positionSideDual,
  accountV3,
  accountV2,
  balanceV3,
  balanceV2,
  openOrders,
  openAlgoOrders,
  cancelAllOrders,
  cancelAllConditionals,
  orderPost,
  orderGet,
  orderDelete,
  orderTest,
  batchOrdersPost,
  batchOrdersDelete,
  algoOrderPost,
  algoOrderGet,
  algoOrderDelete,
  userTrades,
  income,
  symbolConfig,
  leverageBracket,
  ...LISTEN_KEYS,
  allAlgoOrders,
  apiRestrictions,
  twapOpenOrders,
  twapOrderDelete,
  ...PRICES,
  ...CANDLES,
  ...ACCOUNT_SETTINGS,
];

const BY_ROUTE: ReadonlyMap<string, Endpoint> = new Map(
  [...ENDPOINTS, ...DAPI, ...PAPI].map(endpoint => [`${endpoint.method} ${endpoint.path}`, endpoint]),
);

export function routeOf(method: string, path: string): Endpoint | undefined {
  return BY_ROUTE.get(`${method} ${path}`);
}

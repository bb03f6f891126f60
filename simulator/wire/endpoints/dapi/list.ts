/** Every endpoint of COIN-M. What is as in USDⓈ-M stands there, under another path. */

import type { AccountEndpoint, Endpoint } from '../../endpoint.ts';
import { algoOrderDelete } from '../algo-order-delete.ts';
import { algoOrderGet } from '../algo-order-get.ts';
import { algoOrderPost } from '../algo-order-post.ts';
import { allAlgoOrders } from '../all-algo-orders.ts';
import { batchOrdersDelete } from '../batch-orders-delete.ts';
import { batchOrdersPost } from '../batch-orders-post.ts';
import { cancelAllConditionals } from '../cancel-all-conditionals.ts';
import { cancelAllOrders } from '../cancel-all-orders.ts';
import { exchangeInfo } from '../exchange-info.ts';
import { income } from '../income.ts';
import { leverageBracket } from '../leverage-bracket.ts';
import { openAlgoOrders } from '../open-algo-orders.ts';
import { ping } from '../ping.ts';
import { positionSideDual } from '../position-side-dual.ts';
import { premiumIndex } from '../premium-index.ts';
import { time } from '../time.ts';
import { userTrades } from '../user-trades.ts';
import { coinOpenOrders, coinOrderDelete, coinOrderGet, coinOrderPost, unlessGone } from './orders.ts';
import { coinAccount, coinPositionRisk } from './positions.ts';

const inCoin = <E extends Endpoint>(endpoint: E): E => ({
  ...endpoint,
  path: endpoint.path.replace('/fapi/v1/', '/dapi/v1/'),
  market: 'cm',
});

export const DAPI: readonly Endpoint[] = [
  ...[ping, time, exchangeInfo, premiumIndex, positionSideDual, income, userTrades].map(inCoin),
  ...[openAlgoOrders, algoOrderPost, algoOrderDelete, cancelAllOrders, batchOrdersPost, batchOrdersDelete].map(inCoin),
  ...[algoOrderGet, allAlgoOrders, cancelAllConditionals].map(one => unlessGone(inCoin(one) as AccountEndpoint)),
  { ...inCoin(leverageBracket), path: '/dapi/v2/leverageBracket' },
  coinPositionRisk,
  coinAccount,
  coinOpenOrders,
  coinOrderPost,
  coinOrderGet,
  coinOrderDelete,
];

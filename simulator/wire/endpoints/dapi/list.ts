/** Every endpoint of COIN-M. What is as in USDⓈ-M is the same endpoint under another path. */

import type { AccountEndpoint, Endpoint } from '../../endpoint.ts';
import { leverageBracket, positionSideDual } from '../account.ts';
import {
  algoOrderDelete,
  algoOrderGet,
  algoOrderPost,
  allAlgoOrders,
  cancelAllConditionals,
  openAlgoOrders,
} from '../conditionals.ts';
import { exchangeInfo } from '../exchange-info.ts';
import { income, userTrades } from '../history.ts';
import { ping, premiumIndex, time } from '../market-data.ts';
import { batchOrdersDelete, batchOrdersPost, cancelAllOrders } from '../orders.ts';
import { COIN_ORDERS, unlessGone } from './orders.ts';
import { coinAccount, coinPositionRisk } from './positions.ts';

const inCoin = <E extends Endpoint>(endpoint: E): E => ({
  ...endpoint,
  path: endpoint.path.replace('/fapi/v1/', '/dapi/v1/'),
  market: 'cm',
});

const OPTIONAL: readonly AccountEndpoint[] = [algoOrderGet, allAlgoOrders, cancelAllConditionals];

export const DAPI: readonly Endpoint[] = [
  ...[ping, time, exchangeInfo, premiumIndex, positionSideDual, income, userTrades].map(inCoin),
  ...[openAlgoOrders, algoOrderPost, algoOrderDelete, cancelAllOrders, batchOrdersPost, batchOrdersDelete].map(inCoin),
  ...OPTIONAL.map(one => unlessGone(inCoin(one))),
  { ...inCoin(leverageBracket), path: '/dapi/v2/leverageBracket' },
  ...[coinPositionRisk, coinAccount, ...COIN_ORDERS],
];

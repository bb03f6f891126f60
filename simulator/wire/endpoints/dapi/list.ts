/** Every endpoint of COIN-M. What is as in USDⓈ-M is the same endpoint under another path. */

import type { AccountEndpoint, Endpoint } from '../../endpoint.ts';
import { leverageBracket, positionSideGet } from '../account.ts';
import {
  algoOpenOrdersDelete,
  algoOrderDelete,
  algoOrderGet,
  algoOrderPost,
  allAlgoOrdersGet,
  openAlgoOrdersGet,
} from '../conditionals.ts';
import { exchangeInfo } from '../exchange-info.ts';
import { income, userTrades } from '../history.ts';
import { pingGet, premiumIndex, timeGet } from '../market-data.ts';
import { allOpenOrdersDelete, batchOrdersDelete, batchOrdersPost } from '../orders.ts';
import { COIN_ORDERS, unlessGone } from './orders.ts';
import { coinAccount, coinPositionRisk } from './positions.ts';

const inCoin = <E extends Endpoint>(endpoint: E): E => ({
  ...endpoint,
  path: endpoint.path.replace('/fapi/v1/', '/dapi/v1/'),
  market: 'cm',
});

const OPTIONAL: readonly AccountEndpoint[] = [algoOrderGet, allAlgoOrdersGet, algoOpenOrdersDelete];

export const DAPI: readonly Endpoint[] = [
  ...[pingGet, timeGet, exchangeInfo, premiumIndex, positionSideGet, income, userTrades].map(inCoin),
  ...[openAlgoOrdersGet, algoOrderPost, algoOrderDelete, allOpenOrdersDelete, batchOrdersPost, batchOrdersDelete].map(
    inCoin,
  ),
  ...OPTIONAL.map(one => unlessGone(inCoin(one))),
  { ...inCoin(leverageBracket), path: '/dapi/v2/leverageBracket' },
  ...[coinPositionRisk, coinAccount, ...COIN_ORDERS],
];

/**
 * Every endpoint of portfolio margin that a close needs: two markets behind one host, each with paths of its own. What is
 * as in USDⓈ-M and COIN-M stands there. Differences: an order weighs 1 and its client ID has at most 32 characters;
 * rows of open orders have no trigger; there is no batch, no rules of its own.
 */

import { checkClientId32 } from '../../../engine/orders/place-order.ts';
import { refusalOf } from '../../../engine/rules/refusal.ts';
import { type AccountEndpoint, type Endpoint, type EndpointCall, oneOrder, signedEndpoint } from '../../endpoint.ts';
import { type PositionRow, positionRows, positionTexts } from '../../position-rows.ts';
import { accountConfigGet, assetRows, positionSideGet } from '../account.ts';
import {
  algoOpenOrdersDelete,
  algoOrderDelete,
  algoOrderGet,
  algoOrderPost,
  openAlgoOrdersGet,
} from '../conditionals.ts';
import { accountRow, coinPositionJson, coinRows } from '../dapi/positions.ts';
import { userTrades } from '../history.ts';
import { pingGet } from '../market-data.ts';
import { allOpenOrdersDelete, openOrdersGet, orderDelete, orderGet, requestOrder } from '../orders.ts';
import { conditionalEndpoints } from './conditionals.ts';

type Where = 'um' | 'cm';
const marketOf = (path: string): Where => (path.startsWith('/papi/v1/cm/') ? 'cm' : 'um');

const at = <E extends Endpoint>(endpoint: E, path: string, weight = endpoint.weight): E => ({
  ...{ ...endpoint, path, market: marketOf(path), weight },
});

const umPositions = signedEndpoint(
  { method: 'GET', path: '/papi/v1/um/positionRisk', weight: 5 },
  ({ world, account, params }) =>
    positionRows(world, account, 'used', 'um')
      .filter(({ symbol }) => (params.text('symbol') ?? symbol.symbol) === symbol.symbol)
      .map(row => {
        const texts = positionTexts(world, row);
        const { symbol, positionSide, positionAmt, entryPrice, markPrice, notional, updateTime } = texts;
        return {
          ...{ symbol, positionSide, positionAmt, entryPrice, markPrice, notional, updateTime },
          ...{ unRealizedProfit: texts.unrealizedProfit, liquidationPrice: '0', maxNotionalValue: '20000000' },
          leverage: String(account.leverage),
        };
      }),
);

/** Symbols in status TRADING only, as at dapi. */
const cmPositions = signedEndpoint({ method: 'GET', path: '/papi/v1/cm/positionRisk', market: 'cm', weight: 1 }, call =>
  coinRows(call)
    .filter(({ symbol }) => symbol.status === 'TRADING')
    .map(row => coinPositionJson(call, row)),
);

/** What portfolio margin shows of an asset. */
const assets = (call: EndpointCall, rows: readonly PositionRow[]) =>
  assetRows(call, rows).map(row => ({
    ...{ asset: row.asset, crossWalletBalance: row.crossWalletBalance, crossUnPnl: row.crossUnPnl },
    ...{ maintMargin: row.maintMargin, initialMargin: row.initialMargin },
    ...{ positionInitialMargin: row.positionInitialMargin, openOrderInitialMargin: row.openOrderInitialMargin },
    updateTime: 0,
  }));

/** "Get UM Account Detail V2". */
const umAccount = signedEndpoint({ method: 'GET', path: '/papi/v2/um/account', market: 'um', weight: 5 }, call => {
  const rows = positionRows(call.world, call.account, 'used', 'um');
  return {
    assets: assets(call, rows),
    positions: rows.map(row => {
      const { entryPrice: _, markPrice: __, ...texts } = positionTexts(call.world, row);
      return texts;
    }),
  };
});

const cmAccount = signedEndpoint({ method: 'GET', path: '/papi/v1/cm/account', market: 'cm', weight: 5 }, call => {
  const rows = coinRows(call);
  return { assets: assets(call, rows), positions: rows.map(row => accountRow(call, row)) };
});

type Row = Readonly<Record<string, unknown>>;
const OF_TRIGGERS = ['stopPrice', 'closePosition', 'workingType', 'priceProtect'];
const OF_UM = ['priceMatch', 'selfTradePreventionMode'];

/** A row of fapi or dapi without what portfolio margin's pages do not have: no triggers, and of CM no price matching. */
function plainRow(market: Where, row: Row, dropped: readonly string[] = []): Row {
  const without = [...OF_TRIGGERS, ...(market === 'cm' ? OF_UM : []), ...dropped];
  return Object.fromEntries(Object.entries(row).filter(([key]) => !without.includes(key)));
}

/** "Query All Current UM Open Orders", "Query UM Order", "Cancel UM Order", and the same of CM. */
const inPlainRows = (endpoint: AccountEndpoint, path: string): AccountEndpoint => ({
  ...at(endpoint, path),
  answer: call => {
    const rows = endpoint.answer(call) as Row | readonly Row[];
    const plain = (row: Row): Row => plainRow(marketOf(path), row);
    return Array.isArray(rows) ? rows.map(plain) : plain(rows as Row);
  },
});

/** Spot margin is no part of this exchange: there are none, unless a fault adds some. */
const marginOrders = signedEndpoint({ method: 'GET', path: '/papi/v1/margin/openOrders', weight: 5 }, () => []);

const order = (market: Where): AccountEndpoint => {
  const path = `/papi/v1/${market}/order`;
  return signedEndpoint({ method: 'POST', path, market, weight: 1, queue: 'orders', orders: oneOrder }, call => {
    checkClientId32(call.params.text('newClientOrderId'));
    if (call.params.has('closePosition')) throw refusalOf(-1106, "Parameter 'closeposition' sent when not required.");
    return plainRow(market, requestOrder(call, call.params, `POST ${path}`) as Row, ['origType']);
  });
};

const common = (market: Where): readonly Endpoint[] => [
  order(market),
  inPlainRows(openOrdersGet, `/papi/v1/${market}/openOrders`),
  inPlainRows(orderGet, `/papi/v1/${market}/order`),
  inPlainRows(orderDelete, `/papi/v1/${market}/order`),
  at(allOpenOrdersDelete, `/papi/v1/${market}/allOpenOrders`),
  at(positionSideGet, `/papi/v1/${market}/positionSide/dual`),
  at(userTrades, `/papi/v1/${market}/userTrades`, market === 'um' ? 5 : 20),
  ...conditionalEndpoints(market),
];

export const PAPI: readonly Endpoint[] = [
  at(pingGet, '/papi/v1/ping'),
  ...[umPositions, cmPositions, cmAccount, marginOrders, ...common('um'), ...common('cm')],
  at(accountConfigGet, '/papi/v1/um/accountConfig'),
  umAccount,
  at(openAlgoOrdersGet, '/papi/v1/um/algo/openAlgoOrders'),
  at(algoOrderPost, '/papi/v1/um/algo/order'),
  at(algoOrderGet, '/papi/v1/um/algo/algoOrder'),
  at(algoOrderDelete, '/papi/v1/um/algo/order'),
  at(algoOpenOrdersDelete, '/papi/v1/um/algo/allOpenOrders'),
];

/**
 * Every endpoint of portfolio margin that a close needs: two markets behind one host, each with paths of its own. What is
 * as in USDⓈ-M and COIN-M stands there. Differences: an order weighs 1 and its client ID has at most 32 characters;
 * rows of open orders have no trigger; there is no batch, no rules of its own.
 */

import { checkClientId32 } from '../../../engine/orders/place-order.ts';
import { refusal } from '../../../engine/rules/refusal.ts';
import { toExchangeTime } from '../../../engine/world.ts';
import { type AccountEndpoint, type Call, type Endpoint, oneOrder } from '../../endpoint.ts';
import { amountText } from '../../order-json.ts';
import { openOrderMarginIn, type PositionRow, positionRows } from '../../position-rows.ts';
import { requestOrder } from '../../request-order.ts';
import { walletRows } from '../../wallet-rows.ts';
import { accountConfig } from '../account-config.ts';
import { algoOrderDelete } from '../algo-order-delete.ts';
import { algoOrderGet } from '../algo-order-get.ts';
import { algoOrderPost } from '../algo-order-post.ts';
import { cancelAllConditionals } from '../cancel-all-conditionals.ts';
import { cancelAllOrders } from '../cancel-all-orders.ts';
import { accountRow, accountRows, coinPositionJson, coinRows } from '../dapi/positions.ts';
import { openAlgoOrders } from '../open-algo-orders.ts';
import { openOrders } from '../open-orders.ts';
import { orderDelete } from '../order-delete.ts';
import { orderGet } from '../order-get.ts';
import { ping } from '../ping.ts';
import { positionSideDual } from '../position-side-dual.ts';
import { userTrades } from '../user-trades.ts';
import { conditionalEndpoints } from './conditionals.ts';

const at = (endpoint: Endpoint, path: string, changes: Partial<Endpoint> = {}): Endpoint =>
  ({ ...endpoint, path, market: path.startsWith('/papi/v1/cm/') ? 'cm' : 'um', ...changes }) as Endpoint;

const umPositions: AccountEndpoint = {
  ...{ method: 'GET', path: '/papi/v1/um/positionRisk', market: 'um', security: 'signed', weight: 5 },
  answer: ({ world, account, params }) =>
    positionRows(world, account, 'used', 'um')
      .filter(({ symbol }) => (params.text('symbol') ?? symbol.symbol) === symbol.symbol)
      .map(row => ({
        symbol: row.symbol.symbol,
        positionSide: row.positionSide,
        positionAmt: amountText(row.symbol, row.amount),
        entryPrice: row.entryPrice.round(8).toFixed(),
        markPrice: row.symbol.mark.toFixed(8),
        unRealizedProfit: row.unrealizedPnl.toFixed(8),
        liquidationPrice: '0',
        leverage: String(account.leverage),
        maxNotionalValue: '20000000',
        notional: row.amount.eq(0) ? '0' : row.notional.toFixed(8),
        updateTime: row.updatedAtMs === undefined ? 0 : toExchangeTime(world, row.updatedAtMs),
      })),
};

/** Symbols in status TRADING only, as at dapi. */
const cmPositions: AccountEndpoint = {
  ...{ method: 'GET', path: '/papi/v1/cm/positionRisk', market: 'cm', security: 'signed', weight: 1 },
  answer: ({ world, account, params }) =>
    coinRows(world, account, params)
      .filter(({ symbol }) => symbol.status === 'TRADING')
      .map(row => ({
        ...coinPositionJson(world, account, row),
        notionalValue: row.amount.eq(0) ? '0' : row.notional.toFixed(8),
      })),
};

/** "Get UM Account Detail V2". */
const umAccount: AccountEndpoint = {
  ...{ method: 'GET', path: '/papi/v2/um/account', market: 'um', security: 'signed', weight: 5 },
  answer: call => {
    const rows = positionRows(call.world, call.account, 'used', 'um');
    return {
      assets: assetRows(call, rows),
      positions: rows.map(row => ({
        symbol: row.symbol.symbol,
        initialMargin: row.initialMargin.toFixed(8),
        maintMargin: row.maintenanceMargin.toFixed(8),
        unrealizedProfit: row.unrealizedPnl.toFixed(8),
        positionSide: row.positionSide,
        positionAmt: amountText(row.symbol, row.amount),
        updateTime: row.updatedAtMs === undefined ? 0 : toExchangeTime(call.world, row.updatedAtMs),
        notional: row.amount.eq(0) ? '0' : row.notional.toFixed(8),
      })),
    };
  },
};

const assetRows = (call: Call, rows: readonly PositionRow[]) =>
  walletRows(call).map(({ asset, amount }) => ({
    ...{ asset, crossWalletBalance: amount.toFixed(8), crossUnPnl: '0.00000000' },
    ...{ maintMargin: '0.00000000', initialMargin: '0.00000000', positionInitialMargin: '0.00000000' },
    ...{ openOrderInitialMargin: openOrderMarginIn(rows, asset).toFixed(8), updateTime: 0 },
  }));

const cmAccount: AccountEndpoint = {
  ...{ method: 'GET', path: '/papi/v1/cm/account', market: 'cm', security: 'signed', weight: 5 },
  answer: call => ({
    assets: assetRows(call, accountRows(call)),
    positions: accountRows(call).map(row => accountRow(call, row)),
  }),
};

type Row = Readonly<Record<string, unknown>>;
const OF_TRIGGERS = ['stopPrice', 'closePosition', 'workingType', 'priceProtect'];
const OF_UM = ['priceMatch', 'selfTradePreventionMode'];

/** A row of fapi or dapi without what portfolio margin's pages do not have: no triggers, and of CM no price matching. */
function plainRow(market: 'um' | 'cm', row: Row, dropped: readonly string[] = []): Row {
  const without = [...OF_TRIGGERS, ...(market === 'cm' ? OF_UM : []), ...dropped];
  return Object.fromEntries(Object.entries(row).filter(([key]) => !without.includes(key)));
}

/** "Query All Current UM Open Orders", "Query UM Order", "Cancel UM Order", and the same of CM. */
const inPlainRows = (endpoint: Endpoint, path: string): Endpoint => {
  const market = path.startsWith('/papi/v1/cm/') ? 'cm' : 'um';
  const answer = (call: Call): unknown => {
    if (endpoint.security === 'open') return [];
    const rows = endpoint.answer(call) as Row | readonly Row[];
    return Array.isArray(rows) ? rows.map(row => plainRow(market, row)) : plainRow(market, rows as Row);
  };
  return at(endpoint, path, { answer } as Partial<Endpoint>);
};

/** Spot margin is no part of this exchange: there are none, unless a fault adds some. */
const marginOrders: AccountEndpoint = {
  ...{ method: 'GET', path: '/papi/v1/margin/openOrders', market: 'um', security: 'signed', weight: 5 },
  answer: () => [],
};

const order = (market: 'um' | 'cm'): AccountEndpoint => ({
  ...{ method: 'POST', path: `/papi/v1/${market}/order`, market, security: 'signed', queue: 'orders', weight: 1 },
  orders: oneOrder,
  answer: call => {
    checkClientId32(call.params.text('newClientOrderId'));
    if (call.params.has('closePosition')) throw refusal(-1106, "Parameter 'closeposition' sent when not required.");
    const placed = requestOrder(call, call.params, `POST /papi/v1/${market}/order`);
    return plainRow(market, placed as Row, ['origType']);
  },
});

const common = (market: 'um' | 'cm'): readonly Endpoint[] => [
  order(market),
  inPlainRows(openOrders, `/papi/v1/${market}/openOrders`),
  inPlainRows(orderGet, `/papi/v1/${market}/order`),
  inPlainRows(orderDelete, `/papi/v1/${market}/order`),
  at(cancelAllOrders, `/papi/v1/${market}/allOpenOrders`),
  at(positionSideDual, `/papi/v1/${market}/positionSide/dual`),
  at(userTrades, `/papi/v1/${market}/userTrades`, { weight: market === 'um' ? 5 : 20 }),
  ...conditionalEndpoints(market),
];

export const PAPI: readonly Endpoint[] = [
  at(ping, '/papi/v1/ping'),
  umPositions,
  cmPositions,
  ...common('um'),
  ...common('cm'),
  at(accountConfig, '/papi/v1/um/accountConfig'),
  umAccount,
  cmAccount,
  marginOrders,
  at(openAlgoOrders, '/papi/v1/um/algo/openAlgoOrders'),
  at(algoOrderPost, '/papi/v1/um/algo/order'),
  at(algoOrderGet, '/papi/v1/um/algo/algoOrder'),
  at(algoOrderDelete, '/papi/v1/um/algo/order'),
  at(cancelAllConditionals, '/papi/v1/um/algo/allOpenOrders'),
];

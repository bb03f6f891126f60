/** Balances, the settings of the account and of its symbols, and what its key may do. */

import Big from 'big.js';
import { refusalOf } from '../../engine/rules/refusal.ts';
import { symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import { type AccountEndpoint, type EndpointCall, signedEndpoint } from '../endpoint.ts';
import type { Params } from '../params.ts';
import { orderMarginIn, orderMarginText, type PositionRow, positionRows, positionTexts } from '../position-rows.ts';

/** Position mode, multi-assets mode and the right to trade, in one call. */
export const accountConfigGet = signedEndpoint(
  { method: 'GET', path: '/fapi/v1/accountConfig', weight: 5 },
  ({ account }) => ({
    ...flagsOf(account),
    dualSidePosition: account.hedgeMode,
  }),
);

/** Six times the weight of accountConfig. */
export const positionSideGet = signedEndpoint(
  { method: 'GET', path: '/fapi/v1/positionSide/dual', weight: 30 },
  ({ account }) => ({ dualSidePosition: account.hedgeMode }),
);

/** Balances and positions. v2 adds the flags of the account, and the symbols without a position. */
const accountV3 = signedEndpoint({ method: 'GET', path: '/fapi/v3/account', weight: 5 }, call => ({
  ...totals(call),
  assets: assets(call),
  positions: positionRows(call.world, call.account, 'used', call.market).map(row => {
    const { entryPrice: _, markPrice: __, ...texts } = positionTexts(call.world, row);
    return { ...texts, isolatedMargin: '0.00000000', isolatedWallet: '0' };
  }),
}));

const accountV2 = signedEndpoint({ method: 'GET', path: '/fapi/v2/account', weight: 5 }, call => ({
  ...flagsOf(call.account),
  feeBurn: true,
  ...totals(call),
  assets: assets(call).map(asset => ({ ...asset, marginAvailable: true })),
  positions: positionRows(call.world, call.account, 'all', call.market).map(row => {
    const { markPrice: _, notional: __, ...texts } = positionTexts(call.world, row);
    return {
      ...texts,
      positionInitialMargin: texts.initialMargin,
      openOrderInitialMargin: orderMarginText(row),
      leverage: String(call.account.leverage),
      isolated: false,
      maxNotional: '20000000',
      ...{ bidNotional: '0', askNotional: '0' },
    };
  }),
}));

const flagsOf = ({ canTrade, canWithdraw, multiAssetsMargin }: EndpointCall['account']) => ({
  ...{ feeTier: 0, canTrade, canDeposit: true, canWithdraw, updateTime: 0, multiAssetsMargin, tradeGroupId: -1 },
});

function totals(call: EndpointCall) {
  const rows = positionRows(call.world, call.account, 'used', call.market);
  const sum = (pick: (row: PositionRow) => Big): Big => rows.reduce((total, row) => total.plus(pick(row)), new Big(0));
  const wallet = [...call.account.wallets.values()].reduce((total, amount) => total.plus(amount), new Big(0));
  const initialMargin = sum(row => row.initialMargin);
  const orders = sum(row => row.orderMargin);
  const pnl = sum(row => row.unrealizedPnl);
  const free = wallet.plus(pnl).minus(initialMargin).minus(orders).toFixed(8);
  return {
    totalInitialMargin: initialMargin.plus(orders).toFixed(8),
    totalMaintMargin: sum(row => row.maintenanceMargin).toFixed(8),
    totalWalletBalance: wallet.toFixed(8),
    totalUnrealizedProfit: pnl.toFixed(8),
    totalMarginBalance: wallet.plus(pnl).toFixed(8),
    totalPositionInitialMargin: initialMargin.toFixed(8),
    totalOpenOrderInitialMargin: orders.toFixed(8),
    totalCrossWalletBalance: wallet.toFixed(8),
    totalCrossUnPnl: pnl.toFixed(8),
    ...{ availableBalance: free, maxWithdrawAmount: free },
  };
}

/** The fields that the rows of all account pages have. */
const assetTexts = (amount: Big) => {
  const balance = amount.toFixed(8);
  const zero = '0.00000000';
  return {
    ...{ walletBalance: balance, marginBalance: balance, crossWalletBalance: balance, availableBalance: balance },
    ...{ maxWithdrawAmount: balance, unrealizedProfit: zero, crossUnPnl: zero, maintMargin: zero, initialMargin: zero },
    ...{ positionInitialMargin: zero, openOrderInitialMargin: zero },
  };
};

/** The assets of the wallets, and those in which open orders need margin. `rows`: the market's positions. */
export function assetRows(call: EndpointCall, rows: readonly PositionRow[]) {
  const wallets = walletRows(call);
  const owed = rows.filter(row => row.orderMargin.gt(0)).map(({ symbol }) => symbol.marginAsset);
  const others = [...new Set(owed)].filter(asset => wallets.every(wallet => wallet.asset !== asset));
  return [...wallets, ...others.map(asset => ({ asset, amount: new Big(0), updateTime: 0 }))].map(
    ({ asset, amount, updateTime }) => ({
      ...{ asset, ...assetTexts(amount), openOrderInitialMargin: orderMarginIn(rows, asset), updateTime },
    }),
  );
}

const assets = (call: EndpointCall) => assetRows(call, positionRows(call.world, call.account, 'used', call.market));

/** One row for each margin asset. */
const balance = (version: 2 | 3): AccountEndpoint =>
  signedEndpoint({ method: 'GET', path: `/fapi/v${version}/balance`, weight: 5 }, call =>
    walletRows(call).map(({ asset, amount, updateTime }) => {
      const { crossWalletBalance, crossUnPnl, availableBalance, maxWithdrawAmount } = assetTexts(amount);
      return {
        ...{ accountAlias: 'SgsR', asset, balance: crossWalletBalance, crossWalletBalance, crossUnPnl },
        ...{ availableBalance, maxWithdrawAmount, marginAvailable: true, updateTime },
      };
    }),
  );

/** Leverage and margin type, which v3 positionRisk no longer has. */
const symbolConfig = signedEndpoint({ method: 'GET', path: '/fapi/v1/symbolConfig', weight: 5 }, call =>
  namesIn(call).map(symbol => ({
    ...{ symbol, marginType: 'CROSSED', isAutoAddMargin: false, leverage: call.account.leverage },
    maxNotionalValue: '20000000',
  })),
);

/** One bracket for each symbol, for clients that read them first. */
export const leverageBracket = signedEndpoint({ method: 'GET', path: '/fapi/v1/leverageBracket', weight: 1 }, call =>
  namesIn(call).map(symbol => ({ symbol, notionalCoef: 1.5, brackets: [BRACKET] })),
);

const BRACKET = {
  ...{ bracket: 1, initialLeverage: 125, notionalCap: 20_000_000, notionalFloor: 0, maintMarginRatio: 0.004, cum: 0 },
};

/** The symbol that is sent, or all. */
function namesIn({ world, params, market }: EndpointCall): readonly string[] {
  const name = params.text('symbol');
  return name === undefined ? world.symbols.names(market) : [symbolOf(world, name).symbol];
}

const leverage = signedEndpoint({ method: 'POST', path: '/fapi/v1/leverage', weight: 1 }, ({ world, params }) => {
  const symbol = symbolIn(world, params);
  const wanted = params.integer('leverage') ?? 0;
  if (wanted < 1 || wanted > 125) throw refusalOf(-4028, `Leverage ${wanted} is not valid`);
  return { leverage: wanted, maxNotionalValue: '1000000', symbol };
});

/** Each symbol of the simulated account is crossed. */
const marginType = signedEndpoint({ method: 'POST', path: '/fapi/v1/marginType', weight: 1 }, ({ world, params }) => {
  symbolIn(world, params);
  if (params.required('marginType') === 'CROSSED') throw refusalOf(-4046);
  return { code: 200, msg: 'success' };
});

const multiAssets = signedEndpoint({ method: 'GET', path: '/fapi/v1/multiAssetsMargin', weight: 30 }, () => ({
  multiAssetsMargin: false,
}));

const setPositionSide = signedEndpoint(
  { method: 'POST', path: '/fapi/v1/positionSide/dual', weight: 1 },
  ({ account, params }) => {
    throw refusalOf(params.flag('dualSidePosition') === account.hedgeMode ? -4059 : -4068);
  },
);

const commissionRate = signedEndpoint(
  { method: 'GET', path: '/fapi/v1/commissionRate', weight: 20 },
  ({ world, params }) => ({
    ...{ symbol: symbolIn(world, params), makerCommissionRate: '0.000200', takerCommissionRate: '0.000500' },
  }),
);

const symbolIn = (world: World, params: Params): string => symbolOf(world, params.required('symbol')).symbol;

/** A wallet endpoint, on the same port here ("Get API Key Permission"). */
const apiRestrictions = signedEndpoint(
  { method: 'GET', path: '/sapi/v1/account/apiRestrictions', weight: 1 },
  ({ world, account }) => ({
    ipRestrict: account.ipRestricted,
    createTime: toExchangeTime(world, account.createdAtMs),
    ...{ enableReading: true, enableSpotAndMarginTrading: false, enableWithdrawals: account.canWithdraw },
    ...{ enableInternalTransfer: false, permitsUniversalTransfer: false, enableVanillaOptions: false },
    // Portfolio margin takes this right from every key ("Get API Key Permission").
    enableFutures: account.enableFutures && !account.portfolioMargin,
    enablePortfolioMarginTrading: account.portfolioMargin,
    ...{ enableMargin: false, enableFixApiTrade: false, enableFixReadOnly: false },
  }),
);

export const ACCOUNT: readonly AccountEndpoint[] = [
  ...[accountConfigGet, positionSideGet, accountV3, accountV2, balance(3), balance(2), symbolConfig, leverageBracket],
  ...[leverage, marginType, multiAssets, setPositionSide, commissionRate, apiRestrictions],
];

interface WalletRow {
  readonly asset: string;
  readonly amount: Big;
  /** Exchange time of the last fill in this asset, else of the account's beginning. */
  readonly updateTime: number;
}

export function walletRows({ world, account }: EndpointCall): readonly WalletRow[] {
  return [...account.wallets].map(([asset, amount]) => {
    const lastFill = account.trades.findLast(({ marginAsset }) => marginAsset === asset);
    return { asset, amount, updateTime: toExchangeTime(world, lastFill?.atMs ?? account.createdAtMs) };
  });
}

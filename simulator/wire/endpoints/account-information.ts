/** GET /fapi/v2/account and /fapi/v3/account: balances and positions together; v2 adds the account's flags and all symbols. */

import Big from 'big.js';
import { toExchangeTime } from '../../engine/world.ts';
import type { Call, Endpoint } from '../endpoint.ts';
import { amountText } from '../order-json.ts';
import { openOrderMarginIn, type PositionRow, positionRows } from '../position-rows.ts';
import { walletRows } from '../wallet-rows.ts';

export const accountV2: Endpoint = {
  method: 'GET',
  path: '/fapi/v2/account',
  security: 'signed',
  weight: 5,
  answer: call => ({
    feeTier: 0,
    feeBurn: true,
    canTrade: call.account.canTrade,
    canDeposit: true,
    canWithdraw: call.account.canWithdraw,
    updateTime: 0,
    multiAssetsMargin: call.account.multiAssetsMargin,
    tradeGroupId: -1,
    ...totals(call),
    assets: assets(call).map(asset => ({ ...asset, marginAvailable: true })),
    positions: positionRows(call.world, call.account, 'all', call.market).map(row => ({
      symbol: row.symbol.symbol,
      initialMargin: row.initialMargin.toFixed(8),
      maintMargin: row.maintenanceMargin.toFixed(8),
      unrealizedProfit: row.unrealizedPnl.toFixed(8),
      positionInitialMargin: row.initialMargin.toFixed(8),
      openOrderInitialMargin: row.openOrderMargin.eq(0) ? '0' : row.openOrderMargin.toFixed(8),
      leverage: String(call.account.leverage),
      isolated: false,
      entryPrice: row.entryPrice.round(8).toFixed(),
      maxNotional: '20000000',
      bidNotional: '0',
      askNotional: '0',
      positionSide: row.positionSide,
      positionAmt: amountText(row.symbol, row.amount),
      updateTime: updateTime(call, row),
    })),
  }),
};

export const accountV3: Endpoint = {
  method: 'GET',
  path: '/fapi/v3/account',
  security: 'signed',
  weight: 5,
  answer: call => ({
    ...totals(call),
    assets: assets(call),
    positions: positionRows(call.world, call.account, 'used', call.market).map(row => positionV3(call, row)),
  }),
};

function totals(call: Call) {
  const rows = positionRows(call.world, call.account, 'used', call.market);
  const sum = (pick: (row: PositionRow) => Big): Big => rows.reduce((total, row) => total.plus(pick(row)), new Big(0));
  const wallet = [...call.account.wallets.values()].reduce((total, amount) => total.plus(amount), new Big(0));
  const initialMargin = sum(row => row.initialMargin);
  const orderMargin = sum(row => row.openOrderMargin);
  const pnl = sum(row => row.unrealizedPnl);
  const free = wallet.plus(pnl).minus(initialMargin).minus(orderMargin).toFixed(8);
  return {
    totalInitialMargin: initialMargin.plus(orderMargin).toFixed(8),
    totalMaintMargin: sum(row => row.maintenanceMargin).toFixed(8),
    totalWalletBalance: wallet.toFixed(8),
    totalUnrealizedProfit: pnl.toFixed(8),
    totalMarginBalance: wallet.plus(pnl).toFixed(8),
    totalPositionInitialMargin: initialMargin.toFixed(8),
    totalOpenOrderInitialMargin: orderMargin.toFixed(8),
    totalCrossWalletBalance: wallet.toFixed(8),
    totalCrossUnPnl: pnl.toFixed(8),
    availableBalance: free,
    maxWithdrawAmount: free,
  };
}

function assets(call: Call) {
  const rows = positionRows(call.world, call.account, 'used', call.market);
  return walletRows(call).map(({ asset, amount, updateTime }) => ({
    asset,
    walletBalance: amount.toFixed(8),
    unrealizedProfit: '0.00000000',
    marginBalance: amount.toFixed(8),
    maintMargin: '0.00000000',
    initialMargin: '0.00000000',
    positionInitialMargin: '0.00000000',
    openOrderInitialMargin: openOrderMarginIn(rows, asset).toFixed(8),
    crossWalletBalance: amount.toFixed(8),
    crossUnPnl: '0.00000000',
    availableBalance: amount.toFixed(8),
    maxWithdrawAmount: amount.toFixed(8),
    updateTime,
  }));
}

function positionV3(call: Call, row: PositionRow) {
  return {
    symbol: row.symbol.symbol,
    positionSide: row.positionSide,
    positionAmt: amountText(row.symbol, row.amount),
    unrealizedProfit: row.unrealizedPnl.toFixed(8),
    isolatedMargin: '0.00000000',
    notional: row.amount.eq(0) ? '0' : row.notional.toFixed(8),
    isolatedWallet: '0',
    initialMargin: row.initialMargin.toFixed(8),
    maintMargin: row.maintenanceMargin.toFixed(8),
    updateTime: updateTime(call, row),
  };
}

const updateTime = ({ world }: Call, { updatedAtMs }: PositionRow): number =>
  updatedAtMs === undefined ? 0 : toExchangeTime(world, updatedAtMs);

/**
 * GET /dapi/v1/positionRisk: every symbol in status TRADING, with a position or not; no other is shown. In hedge mode
 * each has three rows (COIN-M, "Position Information"). GET /dapi/v1/account: balances, and the positions of all symbols.
 */

import Big from 'big.js';
import type { AccountState } from '../../../engine/accounts/account.ts';
import { symbolOf, toExchangeTime, type World } from '../../../engine/world.ts';
import type { Call, Endpoint } from '../../endpoint.ts';
import { amountText, pairOf } from '../../order-json.ts';
import type { Params } from '../../params.ts';
import { openOrderMarginIn, type PositionRow, positionRows } from '../../position-rows.ts';
import { walletRows } from '../../wallet-rows.ts';

export const coinPositionRisk: Endpoint = {
  method: 'GET',
  path: '/dapi/v1/positionRisk',
  market: 'cm',
  security: 'signed',
  weight: 1,
  answer: ({ world, account, params }) =>
    coinRows(world, account, params)
      .filter(({ symbol }) => symbol.status === 'TRADING')
      .flatMap(row => (row.positionSide === 'LONG' ? [bothRow(row), row] : [row]))
      .map(row => ({
        ...coinPositionJson(world, account, row),
        // Not on the page; in the sample that ccxt holds (fetchPositions, "inverse").
        notionalValue: row.amount.eq(0) ? '0' : row.notional.toFixed(8),
        marginType: 'cross',
        isolatedMargin: '0.00000000',
        isAutoAddMargin: 'false',
        breakEvenPrice: row.entryPrice.round(8).toFixed(),
      })),
};

/** By pair or margin asset; there is no parameter `symbol`. */
export const coinRows = (world: World, account: AccountState, params: Params): readonly PositionRow[] =>
  positionRows(world, account, 'all', 'cm').filter(
    ({ symbol }) =>
      (params.text('pair') ?? pairOf(symbol)) === pairOf(symbol) &&
      (params.text('marginAsset') ?? symbol.marginAsset) === symbol.marginAsset,
  );

/** The side that a hedge account does not use has a row of zero. */
const bothRow = (row: PositionRow): PositionRow => ({
  ...row,
  positionSide: 'BOTH',
  amount: new Big(0),
  entryPrice: new Big(0),
  unrealizedPnl: new Big(0),
});

/** What the pages of COIN-M and of portfolio margin CM have in common. */
export const coinPositionJson = (world: World, account: AccountState, row: PositionRow) => ({
  symbol: row.symbol.symbol,
  positionAmt: amountText(row.symbol, row.amount),
  entryPrice: row.entryPrice.eq(0) ? '0.0' : row.entryPrice.round(8).toFixed(),
  markPrice: row.symbol.mark.toFixed(8),
  unRealizedProfit: row.unrealizedPnl.toFixed(8),
  liquidationPrice: '0',
  leverage: String(account.leverage),
  maxQty: row.symbol.limitMaxQuantity,
  positionSide: row.positionSide,
  updateTime: row.updatedAtMs === undefined ? 0 : toExchangeTime(world, row.updatedAtMs),
});

export const coinAccount: Endpoint = {
  method: 'GET',
  path: '/dapi/v1/account',
  market: 'cm',
  security: 'signed',
  weight: 5,
  answer: call => ({
    assets: walletRows(call).map(({ asset, amount }) => ({
      asset,
      walletBalance: amount.toFixed(8),
      unrealizedProfit: '0.00000000',
      marginBalance: amount.toFixed(8),
      availableBalance: amount.toFixed(8),
      crossWalletBalance: amount.toFixed(8),
      crossUnPnl: '0.00000000',
      initialMargin: '0.00000000',
      maintMargin: '0.00000000',
      positionInitialMargin: '0.00000000',
      openOrderInitialMargin: openOrderMarginIn(accountRows(call), asset).toFixed(8),
      maxWithdrawAmount: amount.toFixed(8),
      updateTime: 0,
    })),
    positions: accountRows(call).map(row => ({
      ...accountRow(call, row),
      isolated: false,
      breakEvenPrice: row.entryPrice.eq(0) ? '0.0' : row.entryPrice.round(8).toFixed(),
      notionalValue: row.amount.eq(0) ? '0' : row.notional.toFixed(8),
    })),
    canDeposit: true,
    canTrade: call.account.canTrade,
    canWithdraw: call.account.canWithdraw,
    feeTier: 0,
    updateTime: 0,
  }),
};

export const accountRows = ({ world, account, params }: Call): readonly PositionRow[] =>
  coinRows(world, account, params).filter(
    ({ symbol }) => world.rules.coinAccountShowsAll || symbolOf(world, symbol.symbol).status === 'TRADING',
  );

export const accountRow = ({ world, account }: Call, row: PositionRow) => ({
  symbol: row.symbol.symbol,
  positionAmt: amountText(row.symbol, row.amount),
  initialMargin: row.initialMargin.toFixed(8),
  maintMargin: row.maintenanceMargin.toFixed(8),
  unrealizedProfit: row.unrealizedPnl.toFixed(8),
  positionInitialMargin: row.initialMargin.toFixed(8),
  openOrderInitialMargin: row.openOrderMargin.eq(0) ? '0' : row.openOrderMargin.toFixed(8),
  leverage: String(account.leverage),
  positionSide: row.positionSide,
  entryPrice: row.entryPrice.eq(0) ? '0.0' : row.entryPrice.round(8).toFixed(),
  maxQty: row.symbol.limitMaxQuantity,
  updateTime: row.updatedAtMs === undefined ? 0 : toExchangeTime(world, row.updatedAtMs),
});

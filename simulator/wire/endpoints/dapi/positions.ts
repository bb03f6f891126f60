/**
 * The positions of COIN-M. positionRisk has every symbol in status TRADING, with a position or not, and no other; in hedge
 * mode each has three rows (COIN-M, "Position Information"). The account page has balances, and all symbols.
 */

import Big from 'big.js';
import { type EndpointCall, signedEndpoint } from '../../endpoint.ts';
import { pairOf } from '../../order-json.ts';
import { orderMarginText, type PositionRow, positionRows, positionTexts } from '../../position-rows.ts';
import { assetRows } from '../account.ts';

export const coinPositionRisk = signedEndpoint(
  { method: 'GET', path: '/dapi/v1/positionRisk', market: 'cm', weight: 1 },
  call =>
    coinRows(call)
      .filter(({ symbol }) => symbol.status === 'TRADING')
      .flatMap(row => (row.positionSide === 'LONG' ? [bothRow(row), row] : [row]))
      .map(row => ({
        ...coinPositionJson(call, row),
        ...{ marginType: 'cross', isolatedMargin: '0.00000000', isAutoAddMargin: 'false' },
        breakEvenPrice: row.entryPrice.round(8).toFixed(),
      })),
);

/** By pair or margin asset; there is no parameter `symbol`. */
export const coinRows = ({ world, account, params }: EndpointCall): readonly PositionRow[] =>
  positionRows(world, account, 'all', 'cm').filter(
    ({ symbol }) =>
      (params.text('pair') ?? pairOf(symbol)) === pairOf(symbol) &&
      (params.text('marginAsset') ?? symbol.marginAsset) === symbol.marginAsset,
  );

/** The side that a hedge account does not use has a row of zero. */
const bothRow = (row: PositionRow): PositionRow => ({
  ...row,
  ...{ positionSide: 'BOTH', amount: new Big(0), entryPrice: new Big(0), unrealizedPnl: new Big(0) },
});

/**
 * What the pages of COIN-M and of portfolio margin CM have in common. `notionalValue` is not on COIN-M's page, but in the
 * sample that ccxt has (fetchPositions, "inverse").
 */
export function coinPositionJson({ world, account }: EndpointCall, row: PositionRow) {
  const { unrealizedProfit: unRealizedProfit, notional: notionalValue, ...texts } = positionTexts(world, row);
  const { symbol, positionSide, positionAmt, entryPrice, markPrice, updateTime } = texts;
  return {
    ...{ symbol, positionSide, positionAmt, entryPrice, markPrice, unRealizedProfit, notionalValue, updateTime },
    ...{ liquidationPrice: '0', leverage: String(account.leverage), maxQty: row.symbol.limitMaxQuantity },
  };
}

export const coinAccount = signedEndpoint(
  { method: 'GET', path: '/dapi/v1/account', market: 'cm', weight: 5 },
  call => {
    const rows = coinRows(call);
    return {
      assets: assetRows(call, rows).map(row => ({ ...row, updateTime: 0 })),
      positions: rows.map(row => {
        const { entryPrice: breakEvenPrice, notional: notionalValue } = positionTexts(call.world, row);
        return { ...accountRow(call, row), isolated: false, breakEvenPrice, notionalValue };
      }),
      ...{ canDeposit: true, canTrade: call.account.canTrade, canWithdraw: call.account.canWithdraw },
      ...{ feeTier: 0, updateTime: 0 },
    };
  },
);

export function accountRow({ world, account }: EndpointCall, row: PositionRow) {
  const { markPrice: _, notional: __, ...texts } = positionTexts(world, row);
  return {
    ...{ ...texts, positionInitialMargin: texts.initialMargin, openOrderInitialMargin: orderMarginText(row) },
    ...{ leverage: String(account.leverage), maxQty: row.symbol.limitMaxQuantity },
  };
}

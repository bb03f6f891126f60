/** GET /fapi/v3/positionRisk: symbols with a position or with open orders. */

import { symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';
import { amountText } from '../order-json.ts';
import { type PositionRow, positionRows } from '../position-rows.ts';

export const positionRiskV3: Endpoint = {
  method: 'GET',
  path: '/fapi/v3/positionRisk',
  security: 'signed',
  weight: 5,
  answer: ({ world, account, params, market }) => {
    const name = params.text('symbol');
    const only = name === undefined ? undefined : symbolOf(world, name);
    return positionRows(world, account, 'used', market)
      .filter(({ symbol }) => only === undefined || symbol === only)
      .map(row => json(world, row));
  },
};

function json(world: World, row: PositionRow): unknown {
  const { symbol, amount, entryPrice } = row;
  const initialMargin = row.initialMargin.toFixed(8);
  return {
    symbol: symbol.symbol,
    positionSide: row.positionSide,
    positionAmt: amountText(symbol, amount),
    entryPrice: entryPrice.eq(0) ? '0.0' : entryPrice.round(8).toFixed(),
    breakEvenPrice: entryPrice.eq(0) ? '0.0' : breakEven(row),
    markPrice: symbol.mark.toFixed(8),
    unRealizedProfit: row.unrealizedPnl.toFixed(8),
    liquidationPrice: '0',
    isolatedMargin: '0',
    notional: amount.eq(0) ? '0' : row.notional.toFixed(8),
    marginAsset: symbol.marginAsset,
    isolatedWallet: '0',
    initialMargin,
    maintMargin: row.maintenanceMargin.toFixed(8),
    positionInitialMargin: initialMargin,
    openOrderInitialMargin: row.openOrderMargin.eq(0) ? '0' : row.openOrderMargin.toFixed(8),
    adl: amount.eq(0) ? 0 : 2,
    bidNotional: '0',
    askNotional: '0',
    updateTime: row.updatedAtMs === undefined ? 0 : toExchangeTime(world, row.updatedAtMs),
  };
}

/** The entry price with the opening commission on top. */
function breakEven({ entryPrice, amount }: PositionRow): string {
  return entryPrice
    .times(amount.lt(0) ? '0.9995' : '1.0005')
    .round(8)
    .toFixed();
}

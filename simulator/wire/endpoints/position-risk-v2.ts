/** GET /fapi/v2/positionRisk: every symbol, with a position or not; the older row with leverage and margin type. */

import { symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';
import { amountText } from '../order-json.ts';
import { type PositionRow, positionRows } from '../position-rows.ts';

export const positionRiskV2: Endpoint = {
  method: 'GET',
  path: '/fapi/v2/positionRisk',
  security: 'signed',
  weight: 5,
  answer: ({ world, account, params, market }) => {
    const name = params.text('symbol');
    const only = name === undefined ? undefined : symbolOf(world, name);
    return positionRows(world, account, 'all', market)
      .filter(({ symbol }) => only === undefined || symbol === only)
      .map(row => json(world, row, account.leverage));
  },
};

function json(world: World, row: PositionRow, leverage: number): unknown {
  const { symbol, amount, entryPrice } = row;
  const entry = entryPrice.eq(0) ? '0.0' : entryPrice.round(8).toFixed();
  return {
    symbol: symbol.symbol,
    positionAmt: amountText(symbol, amount),
    entryPrice: entry,
    breakEvenPrice: entry,
    markPrice: symbol.mark.toFixed(8),
    unRealizedProfit: row.unrealizedPnl.toFixed(8),
    liquidationPrice: '0',
    leverage: String(leverage),
    maxNotionalValue: '20000000',
    marginType: 'cross',
    isolatedMargin: '0.00000000',
    isAutoAddMargin: 'false',
    positionSide: row.positionSide,
    notional: amount.eq(0) ? '0' : row.notional.toFixed(8),
    isolatedWallet: '0',
    updateTime: row.updatedAtMs === undefined ? 0 : toExchangeTime(world, row.updatedAtMs),
  };
}

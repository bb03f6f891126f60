/** GET /fapi/v1/income: what fills brought and cost, a row each; no funding. */

import type { TradeState } from '../../engine/accounts/account.ts';
import { isOf, toExchangeTime, type World } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const income: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/income',
  security: 'signed',
  weight: 30,
  answer: ({ world, account, params, market }) => {
    const symbol = params.text('symbol');
    const type = params.text('incomeType');
    const startMs = params.integer('startTime') ?? 0;
    const endMs = params.integer('endTime') ?? Number.POSITIVE_INFINITY;
    return account.trades
      .filter(trade => (symbol === undefined || trade.symbol === symbol) && isOf(world, market, trade.symbol))
      .flatMap(trade => rows(world, trade))
      .filter(row => (type === undefined || row.incomeType === type) && row.time >= startMs && row.time <= endMs)
      .slice(0, Math.min(params.integer('limit') ?? 100, 1000));
  },
};

function rows(world: World, trade: TradeState) {
  const row = (incomeType: string, amount: string, part: number) => ({
    symbol: trade.symbol,
    incomeType,
    income: amount,
    asset: trade.marginAsset,
    info: String(trade.tradeId),
    time: toExchangeTime(world, trade.atMs),
    tranId: trade.tradeId * 10 + part,
    tradeId: String(trade.tradeId),
  });
  const commission = row('COMMISSION', trade.commission.times(-1).toFixed(8), 1);
  return trade.realizedPnl.eq(0) ? [commission] : [row('REALIZED_PNL', trade.realizedPnl.toFixed(8), 0), commission];
}

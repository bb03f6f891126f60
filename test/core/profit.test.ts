/** What closing brought, in numbers worked out by hand. */

import { expect, it } from 'vitest';
import type { Position, Trade } from '../../lambda/core/model.ts';
import { estimatedProfit, profitFromTrades, totalProfit } from '../../lambda/core/profit.ts';

const trade = (price: string, quantity: string, realizedPnl: string, commission: string, asset = 'USDT'): Trade => ({
  ...{ symbol: 'BTCUSDT', orderId: '1', side: 'SELL', price, quantity, realizedPnl, commission },
  ...{ commissionAsset: asset, atMs: 0 },
});

const POSITION: Position = {
  ...{ symbol: 'BTCUSDT', positionSide: 'BOTH', amount: '-0.5', entryPrice: '1', markPrice: '1', notional: '-32500' },
  ...{ unrealizedPnl: '-7.25', marginAsset: 'USDT', updatedAtMs: 0 },
};

it('trades are summed exactly, and the price is weighed by quantity', () => {
  const trades = [
    trade('64000', '0.1', '0.1', '0.01'),
    trade('65000', '0.3', '0.2', '0.02'),
    trade('64000', '0.1', '-1', '0.0001', 'BNB'),
  ];
  // (6400 + 19500 + 6400) / 0.5; 0.1 + 0.2 − 1.
  expect(profitFromTrades(trades)).toEqual({
    ...{ realizedPnl: '-0.7', isEstimate: false, averagePrice: '64600', quantity: '0.5' },
    commissions: { USDT: '0.03', BNB: '0.0001' },
  });
});

it('a price has eight digits behind the point, at most', () => {
  expect(profitFromTrades([trade('1', '1', '0', '0'), trade('2', '2', '0', '0')]).averagePrice).toBe('1.66666667');
});

it('without trades there is no price', () => {
  expect(profitFromTrades([])).toEqual({
    ...{ realizedPnl: '0', isEstimate: false, averagePrice: undefined, quantity: '0', commissions: {} },
  });
});

it('an estimate is the profit that was seen, and says that it is one', () => {
  expect(estimatedProfit(POSITION)).toEqual({
    ...{ realizedPnl: '-7.25', isEstimate: true, averagePrice: undefined, quantity: '0.5', commissions: {} },
  });
});

it('a sum is an estimate as soon as one of its parts is', () => {
  const known = profitFromTrades([trade('1', '1', '0.1', '0.1')]);
  const other = profitFromTrades([trade('1', '1', '0.2', '0.2'), trade('1', '1', '0', '-1', 'BNB')]);
  expect(totalProfit([known, other])).toEqual({
    ...{ realizedPnl: '0.3', isEstimate: false, commissions: { USDT: '0.3', BNB: '-1' } },
  });
  expect(totalProfit([known, estimatedProfit(POSITION)])).toEqual({
    ...{ realizedPnl: '-7.15', isEstimate: true, commissions: { USDT: '0.1' } },
  });
  expect(totalProfit([])).toEqual({ realizedPnl: '0', isEstimate: false, commissions: {} });
});

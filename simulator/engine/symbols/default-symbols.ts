/**
 * The symbols that exist from the start: sizes, ticks and limits in the proportions of the real ones (market maximum far
 * below the limit maximum), and one of each kind that a wrong filter loses.
 */

import type { SymbolSpec } from './symbols.ts';

const row = (
  symbol: string,
  markPrice: string,
  tickSize: string,
  stepSize: string,
  marketMaxQuantity: string,
  others: Partial<SymbolSpec> = {},
): SymbolSpec => ({ symbol, markPrice, tickSize, stepSize, marketMaxQuantity, ...others });

/** Symbol, mark price, tick, step, market maximum, and what differs from the defaults of symbols.ts. */
export const DEFAULT_SYMBOLS: readonly SymbolSpec[] = [
  row('BTCUSDT', '67000', '0.10', '0.001', '120', { limitMaxQuantity: '1000', minNotional: '50', pricePrecision: 2 }),
  row('ETHUSDT', '3300', '0.01', '0.001', '2000', { limitMaxQuantity: '10000', minNotional: '20' }),
  row('SOLUSDT', '150', '0.01', '0.01', '80000', { limitMaxQuantity: '1000000' }),
  row('ADAUSDT', '0.45', '0.0001', '1', '3000000', { limitMaxQuantity: '30000000' }),
  row('XRPUSDT', '0.55', '0.0001', '0.1', '2000000'),
  row('BNBUSDT', '580', '0.01', '0.01', '2000', { limitMaxQuantity: '100000' }),
  row('DOGEUSDT', '0.12', '0.00001', '1', '5000000'),
  row('LTCUSDT', '80', '0.01', '0.001', '5000'),
  // Settles in USDC: lost by a filter on the suffix USDT.
  row('BTCUSDC', '67010', '0.1', '0.001', '50', { quoteAsset: 'USDC', minNotional: '50' }),
  // Settles in BTC.
  row('ETHBTC', '0.04925', '0.00001', '0.01', '500', { quoteAsset: 'BTC', minNotional: '0.001' }),
  row('BTCUSDT_261225', '67900', '0.1', '0.001', '25', {
    ...{ contractType: 'CURRENT_QUARTER', baseAsset: 'BTC', deliveryDateMs: 1_798_185_600_000, minNotional: '50' },
  }),
  // A share, thin on weekends: market orders may trade only 2 % away from the mark price.
  row('TSLAUSDT', '420', '0.01', '0.01', '1500', {
    ...{ contractType: 'TRADIFI_PERPETUAL', underlyingType: 'EQUITY', marketTakeBound: '0.02' },
  }),
  // Must be percent-encoded in requests, and signed encoded.
  row('测试USDT', '0.02', '0.000001', '1', '10000000'),
];

/** `count` further symbols for load: SYM001USDT, SYM002USDT … */
export const loadSymbols = (count: number): readonly SymbolSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    symbol: `SYM${String(index + 1).padStart(3, '0')}USDT`,
    markPrice: String(1 + (index % 50)),
    stepSize: '0.1',
  }));

const coinRow = (
  symbol: string,
  markPrice: string,
  contractSize: string,
  marketMaxQuantity: string,
  others: Partial<SymbolSpec>,
): SymbolSpec => ({
  ...{ symbol, markPrice, contractSize, marketMaxQuantity, stepSize: '1', limitMaxQuantity: '1000000', ...others },
});

/**
 * Of COIN-M, quantities in contracts. Sizes and limits of the two of BTC as seen live on 2026-09-26: a quarter takes sixty
 * times less at market than the perpetual.
 *
 * Symbol, mark price, contract size, market maximum, and what differs from the defaults of symbols.ts.
 */
export const COIN_SYMBOLS: readonly SymbolSpec[] = [
  coinRow('BTCUSD_PERP', '67000', '100', '60000', { tickSize: '0.1' }),
  coinRow('ETHUSD_PERP', '3300', '10', '100000', { tickSize: '0.01' }),
  coinRow('ADAUSD_PERP', '0.45', '10', '60000', { tickSize: '0.00001' }),
  coinRow('BNBUSD_PERP', '580', '10', '60000', { tickSize: '0.01' }),
  coinRow('BTCUSD_261225', '67900', '100', '1000', {
    ...{ tickSize: '0.1', contractType: 'CURRENT_QUARTER', baseAsset: 'BTC', deliveryDateMs: 1_798_185_600_000 },
  }),
];

/** `count` further symbols for load: CN001USD_PERP, CN002USD_PERP … */
export const loadCoinSymbols = (count: number): readonly SymbolSpec[] =>
  Array.from({ length: count }, (_, index) =>
    coinRow(`CN${String(index + 1).padStart(3, '0')}USD_PERP`, String(1 + (index % 50)), '10', '60000', {}),
  );

/**
 * The symbols that are there from the start: sizes, ticks and limits in the proportions of the real ones (market
 * maximum far below the limit maximum), and one of each kind that a careless filter forgets.
 */

import type { SymbolSpec } from './symbols.ts';

export const DEFAULT_SYMBOLS: readonly SymbolSpec[] = [
  {
    symbol: 'BTCUSDT',
    markPrice: '67000',
    tickSize: '0.10',
    stepSize: '0.001',
    limitMaxQuantity: '1000',
    marketMaxQuantity: '120',
    minNotional: '50',
    pricePrecision: 2,
  },
  {
    symbol: 'ETHUSDT',
    markPrice: '3300',
    tickSize: '0.01',
    stepSize: '0.001',
    limitMaxQuantity: '10000',
    marketMaxQuantity: '2000',
    minNotional: '20',
  },
  {
    symbol: 'SOLUSDT',
    markPrice: '150',
    tickSize: '0.01',
    stepSize: '0.01',
    limitMaxQuantity: '1000000',
    marketMaxQuantity: '80000',
  },
  { symbol: 'ADAUSDT', markPrice: '0.45', stepSize: '1', limitMaxQuantity: '30000000', marketMaxQuantity: '3000000' },
  { symbol: 'XRPUSDT', markPrice: '0.55', stepSize: '0.1', marketMaxQuantity: '2000000' },
  {
    symbol: 'BNBUSDT',
    markPrice: '580',
    tickSize: '0.01',
    stepSize: '0.01',
    limitMaxQuantity: '100000',
    marketMaxQuantity: '2000',
  },
  { symbol: 'DOGEUSDT', markPrice: '0.12', tickSize: '0.00001', stepSize: '1', marketMaxQuantity: '5000000' },
  { symbol: 'LTCUSDT', markPrice: '80', tickSize: '0.01', stepSize: '0.001', marketMaxQuantity: '5000' },
  // Settles in USDC: lost by a filter on the suffix USDT.
  {
    symbol: 'BTCUSDC',
    markPrice: '67010',
    quoteAsset: 'USDC',
    tickSize: '0.1',
    stepSize: '0.001',
    marketMaxQuantity: '50',
    minNotional: '50',
  },
  // Settles in BTC.
  {
    symbol: 'ETHBTC',
    markPrice: '0.04925',
    quoteAsset: 'BTC',
    tickSize: '0.00001',
    stepSize: '0.01',
    marketMaxQuantity: '500',
    minNotional: '0.001',
  },
  {
    symbol: 'BTCUSDT_261225',
    markPrice: '67900',
    contractType: 'CURRENT_QUARTER',
    baseAsset: 'BTC',
    deliveryDateMs: 1_798_185_600_000,
    tickSize: '0.1',
    stepSize: '0.001',
    marketMaxQuantity: '25',
    minNotional: '50',
  },
  // A share, thin on weekends: market orders may trade only 2 % away from the mark price.
  {
    symbol: 'TSLAUSDT',
    markPrice: '420',
    contractType: 'TRADIFI_PERPETUAL',
    underlyingType: 'EQUITY',
    tickSize: '0.01',
    stepSize: '0.01',
    marketMaxQuantity: '1500',
    marketTakeBound: '0.02',
  },
  // Must be percent-encoded in requests, and signed encoded.
  { symbol: '测试USDT', markPrice: '0.02', tickSize: '0.000001', stepSize: '1', marketMaxQuantity: '10000000' },
];

/** `count` further symbols for load: SYM001USDT, SYM002USDT … */
export function loadSymbols(count: number): readonly SymbolSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    symbol: `SYM${String(index + 1).padStart(3, '0')}USDT`,
    markPrice: String(1 + (index % 50)),
    stepSize: '0.1',
  }));
}

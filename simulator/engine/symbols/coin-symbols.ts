/**
 * The symbols of COIN-M that are there from the start. Sizes and limits of the two of BTC as seen live on 2026-09-26: a
 * quarter takes sixty times less at market than the perpetual. Quantities are contracts.
 */

import type { SymbolSpec } from './symbols.ts';

const COMMON = { stepSize: '1', limitMaxQuantity: '1000000' } as const;

export const COIN_SYMBOLS: readonly SymbolSpec[] = [
  {
    ...COMMON,
    ...{ symbol: 'BTCUSD_PERP', markPrice: '67000', contractSize: '100', tickSize: '0.1', marketMaxQuantity: '60000' },
  },
  {
    ...COMMON,
    ...{ symbol: 'ETHUSD_PERP', markPrice: '3300', contractSize: '10', tickSize: '0.01', marketMaxQuantity: '100000' },
  },
  {
    ...COMMON,
    ...{
      symbol: 'ADAUSD_PERP',
      markPrice: '0.45',
      contractSize: '10',
      tickSize: '0.00001',
      marketMaxQuantity: '60000',
    },
  },
  {
    ...COMMON,
    ...{ symbol: 'BNBUSD_PERP', markPrice: '580', contractSize: '10', tickSize: '0.01', marketMaxQuantity: '60000' },
  },
  {
    ...COMMON,
    ...{ symbol: 'BTCUSD_261225', markPrice: '67900', contractSize: '100', tickSize: '0.1', marketMaxQuantity: '1000' },
    ...{ contractType: 'CURRENT_QUARTER', baseAsset: 'BTC', deliveryDateMs: 1_798_185_600_000 },
  },
];

/** `count` further symbols for load: CN001USD_PERP, CN002USD_PERP … */
export function loadCoinSymbols(count: number): readonly SymbolSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    ...COMMON,
    symbol: `CN${String(index + 1).padStart(3, '0')}USD_PERP`,
    markPrice: String(1 + (index % 50)),
    contractSize: '10',
    marketMaxQuantity: '60000',
  }));
}

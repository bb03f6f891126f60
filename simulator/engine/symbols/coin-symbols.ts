/**
 * The symbols of COIN-M that exist from the start. Sizes and limits of the two of BTC as seen live on 2026-09-26: a quarter
 * takes sixty times less at market than the perpetual. Quantities are contracts.
 */

import type { SymbolSpec } from './symbols.ts';

const row = (
  symbol: string,
  markPrice: string,
  contractSize: string,
  marketMaxQuantity: string,
  others: Partial<SymbolSpec>,
): SymbolSpec => ({
  ...{ symbol, markPrice, contractSize, marketMaxQuantity, stepSize: '1', limitMaxQuantity: '1000000', ...others },
});

/** Symbol, mark price, contract size, market maximum, and what differs from the defaults of symbols.ts. */
export const COIN_SYMBOLS: readonly SymbolSpec[] = [
  row('BTCUSD_PERP', '67000', '100', '60000', { tickSize: '0.1' }),
  row('ETHUSD_PERP', '3300', '10', '100000', { tickSize: '0.01' }),
  row('ADAUSD_PERP', '0.45', '10', '60000', { tickSize: '0.00001' }),
  row('BNBUSD_PERP', '580', '10', '60000', { tickSize: '0.01' }),
  row('BTCUSD_261225', '67900', '100', '1000', {
    ...{ tickSize: '0.1', contractType: 'CURRENT_QUARTER', baseAsset: 'BTC', deliveryDateMs: 1_798_185_600_000 },
  }),
];

/** `count` further symbols for load: CN001USD_PERP, CN002USD_PERP … */
export const loadCoinSymbols = (count: number): readonly SymbolSpec[] =>
  Array.from({ length: count }, (_, index) =>
    row(`CN${String(index + 1).padStart(3, '0')}USD_PERP`, String(1 + (index % 50)), '10', '60000', {}),
  );

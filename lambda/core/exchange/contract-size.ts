/**
 * What a contract of COIN-M is worth: a fixed number of USD, 100 for BTC and 10 for all others (COIN-M, Exchange
 * Information, `contractSize`; BTCUSD and ETHUSD as seen 2026-09-26). A close sends contracts as the row has them, so
 * this only orders positions by size and shows their worth.
 */

import { magnitude, times } from './amount.ts';

/** `BTCUSD_PERP`, `BTCUSD_261225`: settled in BTC. */
export const coinOf = (symbol: string): string => symbol.replace(/USD(?:_.*)?$/, '');

/** In USD, without a sign. */
export const contractsInUsd = (symbol: string, contracts: string): string =>
  times(magnitude(contracts), coinOf(symbol) === 'BTC' ? '100' : '10');

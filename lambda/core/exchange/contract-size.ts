/**
 * The value of a COIN-M contract: 100 USD for BTC and 10 for all others (COIN-M, Exchange Information, `contractSize`; as seen
 * 2026-09-26). It only orders positions by size and shows their value: a close sends contracts.
 */

import { magnitude, times } from './amount.ts';

/** `BTCUSD_PERP`, `BTCUSD_261225`: settled in BTC. */
export const coinOf = (symbol: string): string => symbol.replace(/USD(?:_.*)?$/, '');

/** In USD, without a sign. */
export const contractsInUsd = (symbol: string, contracts: string): string =>
  times(magnitude(contracts), coinOf(symbol) === 'BTC' ? '100' : '10');

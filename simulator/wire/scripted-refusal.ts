/** The scripted "no" of the venue's rules, for a symbol or for all. */

import type { OrderScript } from './endpoint.ts';

/** Throws if the script refuses requests for `symbol`. */
export function refuseByScript({ refuse }: OrderScript, symbol: string | undefined): void {
  if (refuse === undefined || (refuse.symbol !== undefined && refuse.symbol !== symbol)) return;
  throw refuse.refusal;
}

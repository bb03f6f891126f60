/** The limit price of last resort when the book is empty near the mark (-4131): deep inside the allowed band, on the tick. */

import Big from 'big.js';
import type { Side, SymbolRules } from './model.ts';

/** How much of the way to the band's edge: the mark may move before the order arrives (-4016, -4024 beyond it). */
const BAND_SHARE = 0.8;

/** A price that buys up to, or sells down to, most of the PERCENT_PRICE band around the mark. */
export function ioc(markPrice: string, side: Side, rules: SymbolRules): string {
  const mark = new Big(markPrice);
  const edge = new Big(side === 'BUY' ? rules.priceMultiplierUp : rules.priceMultiplierDown);
  const price = mark.times(edge.minus(1).times(BAND_SHARE).plus(1));
  const tick = new Big(rules.tickSize);
  // Rounded towards the mark, so never out of the band.
  return price
    .div(tick)
    .round(0, side === 'BUY' ? Big.roundDown : Big.roundUp)
    .times(tick)
    .toFixed();
}

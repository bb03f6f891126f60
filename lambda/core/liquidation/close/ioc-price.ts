/** The limit price of last resort when the book is empty near the mark (-4131): deep inside the allowed band, on the tick. */

import Big from 'big.js';
import type { Side, SymbolRules } from '../../exchange/model.ts';

/** How much of the way to the band's edge: the mark may move before the order arrives (-4016, -4024 beyond it). */
const BAND_SHARE = 0.8;

/**
 * A price that buys up to, or sells down to, most of the PERCENT_PRICE band around the mark. Undefined where the rules
 * do not give a tick or a band, or the mark is not known: then there is no limit order.
 */
export function iocPrice(markPrice: string, side: Side, rules: SymbolRules): string | undefined {
  const { tickSize, priceMultiplierUp, priceMultiplierDown } = rules;
  const multiplier = side === 'BUY' ? priceMultiplierUp : priceMultiplierDown;
  const mark = new Big(markPrice);
  if (tickSize === undefined || multiplier === undefined || mark.lte(0)) return undefined;
  const price = mark.times(new Big(multiplier).minus(1).times(BAND_SHARE).plus(1));
  const tick = new Big(tickSize);
  // Rounded towards the mark, so never out of the band.
  return price
    .div(tick)
    .round(0, side === 'BUY' ? Big.roundDown : Big.roundUp)
    .times(tick)
    .toFixed();
}

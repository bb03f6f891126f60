/** The limit price if the book is empty near the mark (-4131): deep inside the allowed band, on the tick. */

import Big from 'big.js';
import type { Side, SymbolRules } from '../../exchange/model.ts';
import type { Learnt } from './learnt.ts';

/** How much of the way to the band's edge: the mark may move before the order arrives (-4016, -4024 beyond it). */
const BAND_SHARE = 0.8;

/** If the rules cannot be read: a narrow band, and digits that fit the tick of nearly all symbols. */
const GUESSED_BAND = { up: '1.02', down: '0.98' } as const;
const GUESSED_DIGITS = 4;

/**
 * A price that buys up to, or sells down to, most of the PERCENT_PRICE band around the mark. `nearer`: how often it was
 * refused as too far; each time the distance is halved. `coarser`: how often a guessed
 * price was refused for its digits; each time it has one fewer. Undefined if the mark is not known, or the tick leaves no price.
 */
export function iocPrice(
  markPrice: string,
  side: Side,
  rules: Pick<SymbolRules, 'tickSize' | 'priceMultiplierUp' | 'priceMultiplierDown'> | undefined,
  { nearer = 0, coarser = 0 }: Pick<Learnt, 'nearer' | 'coarser'>,
): string | undefined {
  const mark = new Big(markPrice);
  if (mark.lte(0)) return undefined;
  const multiplier =
    side === 'BUY' ? (rules?.priceMultiplierUp ?? GUESSED_BAND.up) : (rules?.priceMultiplierDown ?? GUESSED_BAND.down);
  const share = BAND_SHARE / 2 ** nearer;
  const price = mark.times(new Big(multiplier).minus(1).times(share).plus(1));
  // Rounded towards the mark, so never out of the band.
  const rounding = side === 'BUY' ? Big.roundDown : Big.roundUp;
  const tickSize = rules?.tickSize;
  if (tickSize === undefined) return price.prec(GUESSED_DIGITS - coarser, rounding).toFixed();
  const rounded = price.div(tickSize).round(0, rounding).times(tickSize);
  return rounded.gt(0) ? rounded.toFixed() : undefined;
}

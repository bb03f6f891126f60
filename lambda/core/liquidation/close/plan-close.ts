/**
 * The orders that close one position, from its row in the list, what was learnt, and the rules if known.
 *
 * Promise: every order can only reduce, and together they never exceed the position's amount. In one-way mode they are marked
 * reduce-only; in hedge mode that must not be sent (-1106), and an order against its position side only reduces. Never
 * closePosition: it is for conditional orders only.
 */

import Big from 'big.js';
import { isMore, isZero, magnitude, plain, splitIntoChunks } from '../../exchange/amount.ts';
import type { CloseOrder, Position, Side, SymbolRules } from '../../exchange/model.ts';
import { digitsOf, type Learnt, largerSize, maxQuantityOf, NOTHING_LEARNT } from './learnt.ts';
import { leastClosable, partToClose } from './part-to-close.ts';

/** A close without its name. */
type CloseDraft = Omit<CloseOrder, 'clientOrderId'>;

interface ClosePlan {
  readonly orders: readonly CloseDraft[];
  /** What no order can close; '0' when all of it can be closed. */
  readonly dust: string;
}

export function planClose(position: Position, learnt: Learnt, rules: SymbolRules | undefined): ClosePlan {
  const side = closingSide(position);
  const price = learnt.useLimit ? iocPrice(knownPrice(position), side, rules, learnt) : undefined;
  const base = {
    ...{
      symbol: position.symbol,
      side,
      positionSide: position.positionSide,
      reduceOnly: position.positionSide === 'BOTH',
    },
    ...(price === undefined ? {} : { price }),
  };
  // The usual case, which must be quick.
  if (rules === undefined && learnt === NOTHING_LEARNT)
    return { orders: [{ ...base, quantity: magnitude(position.amount) }], dust: '0' };
  const documented = documentedStep(rules, price !== undefined);
  const { quantity, step, dust } = partToClose(position, learnt, { step: documented, minNotional: rules?.minNotional });
  const split = (max: string) => splitIntoChunks(quantity, { step, max, most: MOST_ORDERS_OF_A_CLOSE });
  const { chunks } = split(largestChunk(position, learnt, rules) ?? quantity);
  const written = digitsOf(learnt) === undefined ? chunks : chunks.map(plain);
  return { orders: probed(written, learnt, split).map(chunk => ({ ...base, quantity: chunk })), dust };
}

/** Far from the mark the entry price is refused, and each refusal costs one order. */
const knownPrice = ({ markPrice, entryPrice }: Position): string => (isZero(markPrice) ? entryPrice : markPrice);

/**
 * A size whose equal chunks could be below the smallest notional is tried only when that size was refused too: else a wrong
 * refusal leaves a rest that no order closes (hedge mode).
 */
function largestChunk(position: Position, learnt: Learnt, rules: SymbolRules | undefined): string | undefined {
  const max = maxQuantityOf(learnt, rules);
  const { refusedQuantity } = learnt;
  if (max === undefined || refusedQuantity === undefined) return max;
  const least = leastClosable(position, rules?.minNotional);
  return least !== undefined && isMore(least, max) && isMore(refusedQuantity, least) ? least : max;
}

/** No more orders than this go out within ten seconds. */
const MOST_ORDERS_OF_A_CLOSE = 300;

/** The quantity of an order for this position is a multiple of this. */
export const stepOfClose = (
  position: Position,
  learnt: Learnt,
  rules: SymbolRules | undefined,
  isLimit: boolean,
): string =>
  partToClose(position, learnt, { step: documentedStep(rules, isLimit), minNotional: rules?.minNotional }).step;

/** If one of the two is not documented, the other one is the best guess. */
const documentedStep = (rules: SymbolRules | undefined, isLimit: boolean): string | undefined =>
  isLimit ? (rules?.limitStepSize ?? rules?.marketStepSize) : (rules?.marketStepSize ?? rules?.limitStepSize);

/** The position's side decides; the sign only if there is none (one-way mode). */
function closingSide({ positionSide, amount }: Position): Side {
  if (positionSide === 'LONG') return 'SELL';
  if (positionSide === 'SHORT') return 'BUY';
  return amount.startsWith('-') ? 'BUY' : 'SELL';
}

/**
 * After a refusal for the size one order goes out first, to try a size that was not yet accepted: the size of `chunks`, or a
 * larger one if that would need very many orders.
 */
function probed(
  chunks: readonly string[],
  learnt: Learnt,
  split: (max: string) => { readonly chunks: readonly string[] },
): readonly string[] {
  const { refusedQuantity, takenQuantity } = learnt;
  if (refusedQuantity === undefined) return chunks;
  const [size = '0'] = chunks;
  const isAccepted = !isMore(size, takenQuantity ?? '0');
  if (!isAccepted) return chunks.slice(0, 1);
  const larger = largerSize(learnt, chunks.length);
  return larger === undefined ? chunks : split(larger).chunks.slice(0, 1);
}

/** How much of the way to the band's edge: the mark may move before the order arrives (-4016, -4024 beyond it). */
const BAND_SHARE = 0.8;

/** If the rules cannot be read: a narrow band, and digits that fit the tick of nearly all symbols. */
const GUESSED_BAND = { up: '1.02', down: '0.98' } as const;
const GUESSED_DIGITS = 4;

/**
 * The limit price if the book is empty near the mark (-4131). A buy may pay up to it, a sale may take down to it: most of the
 * way from the mark to the edge of the PERCENT_PRICE band.
 *
 *   nearer    how often the price was refused as too far; each time the distance to the mark is halved
 *   coarser   how often a guessed price was refused for its digits; each time it has one fewer
 *
 * Undefined if the mark is not known, or the tick leaves no price.
 */
function iocPrice(
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

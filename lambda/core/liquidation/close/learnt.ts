/**
 * What the exchange taught about closing one position; it takes precedence over exchangeInfo. It is kept with its target and
 * passed to the next attempt.
 *
 * A refusal may be wrong or about something else, so nothing learnt is permanent. What makes closing very slow or leaves a
 * rest is tried once more after an order was accepted. What was learnt is proven only when an order that follows it is
 * accepted. The next attempt tries the whole position once more despite what is unproven; if that is refused too, it
 * continues where the last one ended (`unproven`), so that a search longer than an attempt ends.
 */
import { decimalsOf, doubled, halved, isMore, magnitude, plain } from '../../exchange/amount.ts';
import type { Position, SymbolRules } from '../../exchange/model.ts';

export interface Learnt {
  /** The smallest quantity that was refused. */
  readonly refusedQuantity?: string;
  /** The largest quantity that was accepted since. */
  readonly takenQuantity?: string;
  /** More than `takenQuantity` was refused since. */
  readonly isLargest?: boolean;
  /** The most digits after the point of a quantity; `digitsTaken`: an order with no more was accepted since. */
  readonly digits?: number;
  readonly digitsTaken?: true;
  /** They leave a rest: it is sent once as it was written (`asked`), and was refused for its digits again (`sure`). */
  readonly digitsDoubt?: 'asked' | 'sure';
  /** A quantity without digits after the point was refused for its digits: only the documented step helps. */
  readonly offStep?: true;
  /** Market orders find an empty book: limit orders inside the price band are used instead. */
  readonly useLimit?: boolean;
  /** Refusals for an empty book in a row. */
  readonly emptyBooks?: number;
  /** How often a limit price was refused as too far from the mark; each refusal halves the distance. */
  readonly nearer?: number;
  /** How often a guessed price was refused for its digits; each refusal takes one off. */
  readonly coarser?: number;
  /** Refusals of an earlier attempt that no accepted order proved; used once this attempt is refused as well. */
  readonly unproven?: Unproven;
  /** When it was learnt; undefined where nothing was. */
  readonly atMs?: number;
}

interface Unproven {
  readonly refusedQuantity?: string;
  readonly digits?: number;
}

export const NOTHING_LEARNT: Learnt = {};

/** An order of `quantity` was too large. Undefined when half of it is less than a `step`. */
export function learnTooLarge(learnt: Learnt, quantity: string, step: string, atMs: number): Learnt | undefined {
  const { refusedQuantity, takenQuantity } = learnt;
  if (takenQuantity !== undefined && isMore(quantity, takenQuantity))
    return { ...learnt, refusedQuantity: quantity, isLargest: true, atMs };
  if (isMore(step, halved(quantity))) return undefined;
  const { takenQuantity: _, isLargest: __, ...rest } = withoutUnprovenSize(learnt);
  // Several orders of one batch may be refused: the smallest counts.
  if (refusedQuantity !== undefined && !isMore(refusedQuantity, quantity)) return rest;
  const earlier = learnt.unproven?.refusedQuantity;
  const goesOn = earlier !== undefined && isMore(quantity, earlier) && !isMore(step, halved(earlier));
  return { ...rest, refusedQuantity: goesOn ? earlier : quantity, atMs };
}

function withoutUnprovenSize(learnt: Learnt): Learnt {
  const { unproven, ...rest } = learnt;
  if (unproven === undefined) return learnt;
  return unproven.digits === undefined ? rest : { ...rest, unproven: { digits: unproven.digits } };
}

function withoutUnprovenDigits(learnt: Learnt): Learnt {
  const { unproven, ...rest } = learnt;
  if (unproven === undefined) return learnt;
  const { refusedQuantity } = unproven;
  return refusedQuantity === undefined ? rest : { ...rest, unproven: { refusedQuantity } };
}

/** A part was refused as too small after more of it was as too large: the size is not the reason. */
export function forgetSizes(learnt: Learnt): Learnt {
  const { refusedQuantity: _, takenQuantity: __, isLargest: ___, ...rest } = withoutUnprovenSize(learnt);
  return rest;
}

/** An order of `quantity` had too many digits. Undefined when it has none to drop, or that was known before. */
export function learnTooManyDigits(learnt: Learnt, quantity: string, atMs: number): Learnt | undefined {
  if (learnt.digitsDoubt === 'asked') return { ...learnt, digitsDoubt: 'sure', atMs };
  // One fewer than written; zeros at the end count, so that a later amount keeps the digits that it needs. What goes out is
  // written without them (part-to-close.ts).
  const digits = decimalsOf(quantity) - 1;
  if (digits < 0 || (learnt.digits !== undefined && digits >= learnt.digits)) return undefined;
  const { digitsTaken: _, ...rest } = learnt;
  // A refusal of zeros at the end does not concern the digits that are needed.
  if (digits >= decimalsOf(plain(quantity))) return { ...rest, digits, atMs };
  return { ...withoutUnprovenDigits(rest), digits: Math.min(digits, learnt.unproven?.digits ?? digits), atMs };
}

/** `quantity` has no digit to drop. Undefined if it has, or if that was known before. */
export const learnOffStep = (learnt: Learnt, quantity: string, atMs: number): Learnt | undefined =>
  learnt.offStep || decimalsOf(plain(quantity)) > 0 ? undefined : { ...learnt, offStep: true, atMs };

/** The rest is sent once as it was written. Undefined when that was refused already. */
export const doubtDigits = (learnt: Learnt): Learnt | undefined =>
  learnt.digitsDoubt === undefined ? { ...learnt, digitsDoubt: 'asked' } : undefined;

export const digitsOf = ({ digits, digitsDoubt }: Learnt): number | undefined =>
  digitsDoubt === 'asked' ? undefined : digits;

/** A limit order's price was too far from the mark. Undefined after the last halving. */
export function learnTooFar(learnt: Learnt, atMs: number): Learnt | undefined {
  const nearer = (learnt.nearer ?? 0) + 1;
  return nearer > MOST_HALVINGS ? undefined : { ...learnt, nearer, atMs };
}

/** Of a band of 5 %: a quarter of a percent. */
const MOST_HALVINGS = 4;

/** A guessed price had too many digits for the tick. Undefined when two are left. */
export function learnCoarser(learnt: Learnt, atMs: number): Learnt | undefined {
  const coarser = (learnt.coarser ?? 0) + 1;
  return coarser > 2 ? undefined : { ...learnt, coarser, atMs };
}

/** A limit order was refused for its price, or perhaps for it: the next one is a market order. */
export const learnBadPrice = (learnt: Learnt, atMs: number): Learnt => ({
  ...learnt,
  useLimit: false,
  nearer: 0,
  coarser: 0,
  atMs,
});

/** The book was empty. A market order is tried once more (Binance, -4131: intermittent), then a limit order. */
export function learnEmptyBook(learnt: Learnt, atMs: number): Learnt {
  const emptyBooks = (learnt.emptyBooks ?? 0) + 1;
  return { ...learnt, emptyBooks, useLimit: emptyBooks > 1, atMs };
}

/**
 * Only a limit order can close the quantity: LOT_SIZE may be finer than MARKET_LOT_SIZE. Undefined if one was tried before, can
 * have no price, or has the same bounds as a market order.
 */
export function learnLimitForm(
  { amount }: Position,
  learnt: Learnt,
  rules: SymbolRules | undefined,
  atMs: number,
): Learnt | undefined {
  if (rules?.tickSize === undefined || learnt.useLimit !== undefined) return undefined;
  const quantity = magnitude(amount);
  const least = rules.limitMinQuantity ?? rules.limitStepSize;
  if (least === undefined || isMore(least, quantity)) return undefined;
  const { marketMinQuantity = '0', marketStepSize = '0', limitStepSize = marketStepSize } = rules;
  const isLess = isMore(marketMinQuantity, quantity) || isMore(marketStepSize, limitStepSize);
  return isLess ? { ...learnt, useLimit: true, atMs } : undefined;
}

/** An order of `quantity` was accepted: the rest may go out in several of that size at once. */
export function learnTaken(learnt: Learnt, quantity: string): Learnt {
  if (learnt === NOTHING_LEARNT) return learnt;
  const { emptyBooks: _, isLargest: __, ...kept } = withoutRefuted(learnt, quantity);
  const rest = withDigitsTaken(kept, quantity);
  const { refusedQuantity, takenQuantity } = learnt;
  if (refusedQuantity === undefined) return rest;
  if (takenQuantity !== undefined && !isMore(quantity, takenQuantity)) return rest;
  // What is accepted is not too large, whatever was refused before.
  const isWrong = !isMore(refusedQuantity, quantity);
  return { ...rest, takenQuantity: quantity, ...(isWrong ? { refusedQuantity: doubled(quantity) } : {}) };
}

/** What an earlier attempt was refused is accepted now. */
function withoutRefuted(learnt: Learnt, quantity: string): Learnt {
  const { refusedQuantity, digits } = learnt.unproven ?? {};
  const isSize = refusedQuantity !== undefined && !isMore(refusedQuantity, quantity);
  const kept = isSize ? withoutUnprovenSize(learnt) : learnt;
  return digits !== undefined && decimalsOf(quantity) > digits ? withoutUnprovenDigits(kept) : kept;
}

function withDigitsTaken(learnt: Learnt, quantity: string): Learnt {
  const { digits, digitsTaken: _, digitsDoubt: __, ...rest } = learnt;
  if (digits === undefined) return learnt;
  // With more digits than were refused: that refusal was wrong.
  return decimalsOf(quantity) > digits ? rest : { ...learnt, digitsTaken: true };
}

/** What is passed to the next attempt, which tries once more what this one was sure of. Undefined for nothing. */
export function learntToCarry(learnt: Learnt): Learnt | undefined {
  const { refusedQuantity, takenQuantity, isLargest: _, digits, digitsTaken, digitsDoubt: __, atMs, ...rest } = learnt;
  const { unproven: ___, offStep: ____, ...others } = rest;
  const isSizeProven = refusedQuantity !== undefined && takenQuantity !== undefined;
  const isDigitsProven = digits !== undefined && digitsTaken !== undefined;
  const size = isSizeProven ? undefined : (refusedQuantity ?? learnt.unproven?.refusedQuantity);
  const shorter = isDigitsProven ? undefined : (digits ?? learnt.unproven?.digits);
  const unproven: Unproven = {
    ...(size === undefined ? {} : { refusedQuantity: size }),
    ...(shorter === undefined ? {} : { digits: shorter }),
  };
  const passed: Learnt = {
    ...others,
    ...(isSizeProven ? { refusedQuantity, takenQuantity } : {}),
    ...(isDigitsProven ? { digits, digitsTaken } : {}),
    ...(size === undefined && shorter === undefined ? {} : { unproven }),
  };
  return atMs === undefined || Object.keys(passed).length === 0 ? undefined : { ...passed, atMs };
}

/**
 * The largest quantity of one order; undefined if nothing is known. The documented one counts if it is less than what was
 * refused; otherwise half of what was refused is tried, or what was accepted since.
 */
export function maxQuantityOf(learnt: Learnt, rules: SymbolRules | undefined): string | undefined {
  const market = learnt.useLimit ? undefined : rules?.marketMaxQuantity;
  const documented = leastOf([market, rules?.limitMaxQuantity]);
  const { refusedQuantity, takenQuantity } = learnt;
  if (refusedQuantity === undefined) return documented;
  if (documented !== undefined && isMore(refusedQuantity, documented)) return documented;
  const half = halved(refusedQuantity);
  return takenQuantity !== undefined && isMore(takenQuantity, half) ? takenQuantity : half;
}

/** If more orders of one size are needed, a larger size is tried. */
const MANY_ORDERS = 40;

/** The size to try if `count` orders of the accepted size would be needed; undefined if those are few enough. */
export const largerSize = ({ takenQuantity, isLargest }: Learnt, count: number): string | undefined =>
  takenQuantity !== undefined && isLargest !== true && count > MANY_ORDERS ? doubled(takenQuantity) : undefined;

const leastOf = (amounts: readonly (string | undefined)[]): string | undefined =>
  amounts.reduce(
    (least, one) => (least === undefined || (one !== undefined && isMore(least, one)) ? one : least),
    undefined,
  );

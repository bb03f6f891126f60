/** Exact amounts as decimal strings, never floats: the exchange refuses 0.30000000000000004 (-1111) and 1e-7. */

import Big from 'big.js';

export type Amount = string;

export const isZero = (amount: Amount): boolean => new Big(amount).eq(0);
export const isMore = (a: Amount, b: Amount): boolean => new Big(a).gt(b);

/** The amount without its sign, digit for digit as the exchange wrote it: "-1.000" gives "1.000". */
export const magnitude = (amount: Amount): Amount => amount.replace(/^[+-]/, '');

export const sum = (amounts: readonly Amount[]): Amount =>
  text(amounts.reduce((total, a) => total.plus(a), new Big(0)));
export const difference = (a: Amount, b: Amount): Amount => text(new Big(a).minus(b));

/** Orders amounts by magnitude, largest first. */
export const byMagnitude = (a: Amount, b: Amount): number => new Big(b).abs().cmp(new Big(a).abs());

/** Exactly half; chunks are rounded to their step later. */
export const halved = (amount: Amount): Amount => text(new Big(amount).div(2));

export const doubled = (amount: Amount): Amount => text(new Big(amount).times(2));

/** The largest multiple of `step` that is no more than the amount; "0" where that would be negative. */
export function floored(amount: Amount, step: Amount): Amount {
  const value = new Big(amount);
  return value.lte(0) ? '0' : text(wholeSteps(value, new Big(step)));
}

/** The amount that has this value at this price, rounded up to 8 digits; undefined without a price. */
export function amountWorth(value: Amount, price: Amount): Amount | undefined {
  const each = new Big(price);
  return each.lte(0) ? undefined : text(new Big(value).div(each).round(8, Big.roundUp));
}

/** The smallest step that an amount was written in: "1.250" gives "0.001". */
export const stepOf = (amount: Amount): Amount => new Big(10).pow(-decimalsOf(amount)).toFixed();

interface ChunkRules {
  readonly step: Amount;
  readonly max: Amount;
  /** No more chunks than this are made. */
  readonly most?: number;
}

/**
 * Splits a quantity into as few chunks as the maximum allows, each a multiple of the step, all nearly equal because a small one
 * could be below the minimum notional. `dust`: the rest that is smaller than a step.
 */
export function splitIntoChunks(quantity: Amount, rules: ChunkRules): { chunks: readonly Amount[]; dust: Amount } {
  const step = new Big(rules.step);
  const total = wholeSteps(new Big(quantity), step);
  if (total.eq(0)) return { chunks: [], dust: text(new Big(quantity)) };
  const dust = new Big(quantity).minus(total);

  const largest = wholeSteps(new Big(rules.max), step);
  const count = largest.eq(0) ? 1 : Number(total.div(largest).round(0, Big.roundUp).toFixed());
  if (count === 1) return { chunks: [dust.eq(0) ? quantity : text(total)], dust: text(dust) };
  const even = wholeSteps(total.div(count), step);
  const oneStepMore = Number(total.minus(even.times(count)).div(step).toFixed());
  const chunks = Array.from({ length: Math.min(count, rules.most ?? count) }, (_, i) =>
    text(i < oneStepMore ? even.plus(step) : even),
  );
  return { chunks, dust: text(dust) };
}

/** The same value with no more digits than it needs: "0.500" gives "0.5". */
export const plain = (amount: Amount): Amount => text(new Big(amount));

export const isMultiple = (amount: Amount, step: Amount): boolean => {
  const size = new Big(step);
  return size.gt(0) && new Big(amount).mod(size).eq(0);
};

/** Without an exponent and trailing zeros. */
const text = (value: Big): Amount => value.toFixed();

const wholeSteps = (value: Big, step: Big): Big => value.div(step).round(0, Big.roundDown).times(step);

/** Digits after the point, as written. */
export const decimalsOf = (amount: Amount): number => amount.split('.')[1]?.length ?? 0;

export const times = (a: Amount, b: Amount): Amount => text(new Big(a).times(b));

/**
 * What the exchange taught about closing one position. It outranks every document: exchangeInfo is a hint, a refusal is
 * a fact. It stands with its target, with the time of it, and travels to the next attempt.
 */

import { decimalsOf, halved, isMore } from '../amount.ts';
import type { SymbolRules } from '../exchange/model.ts';

export interface Learnt {
  /** The smallest quantity that one order was refused for. */
  readonly refusedQuantity?: string;
  /** The largest quantity that one order was taken with since. */
  readonly takenQuantity?: string;
  /** Digits after the point that a quantity may have. */
  readonly digits?: number;
  /** Market orders find an empty book: limit orders inside the price band instead. */
  readonly useLimit?: boolean;
  /** Refusals for an empty book in a row. */
  readonly emptyBooks?: number;
  /** When it was learnt; undefined where nothing was. */
  readonly atMs?: number;
}

export const NOTHING_LEARNT: Learnt = {};

/** An order of `quantity` was too large. Undefined when half of it is less than a `step`: no smaller one can be sent. */
export function learnTooLarge(learnt: Learnt, quantity: string, step: string, atMs: number): Learnt | undefined {
  if (isMore(step, halved(quantity))) return undefined;
  const { takenQuantity: _, ...rest } = learnt;
  // Several orders of one batch may be refused: the smallest of what they taught counts.
  const isKnown = learnt.refusedQuantity !== undefined && !isMore(learnt.refusedQuantity, quantity);
  return isKnown ? rest : { ...rest, refusedQuantity: quantity, atMs };
}

/** An order of `quantity` had too many digits. Undefined when it has none left to drop. */
export function learnTooManyDigits(learnt: Learnt, quantity: string, atMs: number): Learnt | undefined {
  // One fewer than was written, and never fewer than that: zeros at the end count as well, so that a later amount keeps
  // the digits that it needs. What goes out is written without them (plan-close.ts).
  const digits = decimalsOf(quantity) - 1;
  if (digits < 0) return undefined;
  return { ...learnt, digits: Math.min(digits, learnt.digits ?? digits), atMs };
}

/** The book gave nothing. A market order is tried once more (Binance, -4131: intermittent), then a limit order. */
export function learnEmptyBook(learnt: Learnt, atMs: number): Learnt {
  const emptyBooks = (learnt.emptyBooks ?? 0) + 1;
  return { ...learnt, emptyBooks, useLimit: emptyBooks > 1, atMs };
}

/** An order of `quantity` was taken: what is left may go out in several of that size at once. */
export function learnTaken(learnt: Learnt, quantity: string): Learnt {
  if (learnt === NOTHING_LEARNT) return learnt;
  const { emptyBooks: _, ...rest } = learnt;
  if (learnt.refusedQuantity === undefined) return rest;
  const isLarger = learnt.takenQuantity === undefined || isMore(quantity, learnt.takenQuantity);
  return isLarger ? { ...rest, takenQuantity: quantity } : rest;
}

/**
 * The largest quantity of one order; undefined where nothing is known. A document counts as long as it says less than
 * what was refused; after that half of what was refused is tried.
 */
export function maxQuantityOf(learnt: Learnt, rules: SymbolRules | undefined): string | undefined {
  const market = learnt.useLimit ? undefined : rules?.marketMaxQuantity;
  const documented = leastOf([market, rules?.limitMaxQuantity]);
  const { refusedQuantity } = learnt;
  if (refusedQuantity === undefined) return documented;
  return documented !== undefined && isMore(refusedQuantity, documented) ? documented : halved(refusedQuantity);
}

const leastOf = (amounts: readonly (string | undefined)[]): string | undefined =>
  amounts.reduce(
    (least, one) => (least === undefined || (one !== undefined && isMore(least, one)) ? one : least),
    undefined,
  );

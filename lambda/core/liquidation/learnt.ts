/**
 * What the exchange taught about closing one position. It outranks every document: exchangeInfo is a hint, a refusal is
 * a fact. It stands with its target, with the time of it, and travels to the next attempt.
 */

import Big from 'big.js';
import { decimalsOf, halved, isMore } from '../amount.ts';
import type { SymbolRules } from '../exchange/model.ts';

export interface Learnt {
  /** Largest quantity that one order may have, as far as refusals showed. */
  readonly maxQuantity?: string;
  /** An order of `maxQuantity` was taken: what is left may go out in several at once. Until then one order probes. */
  readonly isMaxProven?: boolean;
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

/** An order of `quantity` was too large. Undefined when no smaller one can be sent. */
export function learnTooLarge(learnt: Learnt, quantity: string, atMs: number): Learnt | undefined {
  const smaller = halved(quantity);
  if (!isMore(smaller, '0')) return undefined;
  // Several orders of one batch may be refused: the smallest of what they taught counts.
  if (learnt.maxQuantity !== undefined && !isMore(learnt.maxQuantity, smaller)) return learnt;
  return { ...learnt, maxQuantity: smaller, isMaxProven: false, atMs };
}

/** An order of `quantity` had too many digits. Undefined when it has none left to drop. */
export function learnTooManyDigits(learnt: Learnt, quantity: string, atMs: number): Learnt | undefined {
  const written = decimalsOf(quantity);
  const needed = decimalsOf(new Big(quantity).toFixed());
  // Trailing zeros first: the value stays what it is.
  const digits = needed < written ? needed : needed - 1;
  if (digits < 0) return undefined;
  return { ...learnt, digits: Math.min(digits, learnt.digits ?? digits), atMs };
}

/** The book gave nothing. A market order is tried once more (Binance, -4131: intermittent), then a limit order. */
export function learnEmptyBook(learnt: Learnt, atMs: number): Learnt {
  const emptyBooks = (learnt.emptyBooks ?? 0) + 1;
  return { ...learnt, emptyBooks, useLimit: emptyBooks > 1, atMs };
}

/** An order of `quantity` was taken. */
export function learnTaken(learnt: Learnt, quantity: string): Learnt {
  const { emptyBooks: _, ...rest } = learnt;
  if (learnt.maxQuantity === undefined || isMore(learnt.maxQuantity, quantity)) return rest;
  return { ...rest, isMaxProven: true };
}

/** The smaller of what documents and refusals say; undefined where neither says anything. */
export function maxQuantityOf(learnt: Learnt, rules: SymbolRules | undefined): string | undefined {
  const market = learnt.useLimit ? undefined : rules?.marketMaxQuantity;
  const known = [learnt.maxQuantity, market, rules?.limitMaxQuantity].filter(one => one !== undefined);
  return known.reduce<string | undefined>((least, one) => (least === undefined || isMore(least, one) ? one : least), undefined);
}

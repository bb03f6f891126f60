/**
 * What the exchange taught about closing one position. It outranks every document: exchangeInfo is a hint, a refusal is
 * a fact. It stands with its target, with the time of it.
 *
 * A refusal may also be wrong, or about something else. So a lesson steers the next orders at once, but it is proven only
 * when an order that follows it is taken: unproven it does not travel to the next attempt, and what contradicts it ends it.
 */

import { decimalsOf, doubled, halved, isMore } from '../amount.ts';
import type { SymbolRules } from '../exchange/model.ts';

export interface Learnt {
  /** The smallest quantity that one order was refused for. */
  readonly refusedQuantity?: string;
  /** The largest quantity that one order was taken with since. */
  readonly takenQuantity?: string;
  /** The refused quantity was refused again after smaller ones were taken: it is not tried a third time. */
  readonly insisted?: true;
  /** Digits after the point that a quantity may have. */
  readonly digits?: number;
  /** An order with no more digits than that was taken since. */
  readonly digitsTaken?: true;
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
  const { refusedQuantity, takenQuantity, ...rest } = learnt;
  // It was tried again although it had been refused, because smaller ones were taken.
  const isSame =
    refusedQuantity !== undefined && !isMore(refusedQuantity, quantity) && !isMore(quantity, refusedQuantity);
  if (isSame && takenQuantity !== undefined) return { ...learnt, insisted: true, atMs };
  // Several orders of one batch may be refused: the smallest of what they taught counts.
  const isKnown = refusedQuantity !== undefined && !isMore(refusedQuantity, quantity);
  return isKnown ? { ...rest, refusedQuantity } : { ...rest, refusedQuantity: quantity, atMs };
}

/** A part of the position was refused as too small, after more of it was refused as too large: it is not about sizes. */
export function forgetSizes(learnt: Learnt): Learnt {
  const { refusedQuantity: _, takenQuantity: __, insisted: ___, ...rest } = learnt;
  return rest;
}

/** An order of `quantity` had too many digits. Undefined when it has none left to drop, or that was known before. */
export function learnTooManyDigits(learnt: Learnt, quantity: string, atMs: number): Learnt | undefined {
  // One fewer than was written, and never fewer than that: zeros at the end count as well, so that a later amount keeps
  // the digits that it needs. What goes out is written without them (part-to-close.ts).
  const digits = decimalsOf(quantity) - 1;
  if (digits < 0 || (learnt.digits !== undefined && digits >= learnt.digits)) return undefined;
  const { digitsTaken: _, ...rest } = learnt;
  return { ...rest, digits, atMs };
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
  return withSizeTaken(withDigitsTaken(rest, quantity), quantity);
}

function withDigitsTaken(learnt: Learnt, quantity: string): Learnt {
  const { digits, digitsTaken: _, ...rest } = learnt;
  if (digits === undefined) return learnt;
  // With more digits than were refused: that refusal was wrong.
  return decimalsOf(quantity) > digits ? rest : { ...learnt, digitsTaken: true };
}

function withSizeTaken(learnt: Learnt, quantity: string): Learnt {
  const { refusedQuantity, takenQuantity, insisted: _, ...rest } = learnt;
  if (refusedQuantity === undefined || (takenQuantity !== undefined && !isMore(quantity, takenQuantity))) return learnt;
  // As much as was refused before: the largest is somewhere above it.
  if (!isMore(refusedQuantity, quantity))
    return { ...rest, takenQuantity: quantity, refusedQuantity: doubled(quantity) };
  return { ...learnt, takenQuantity: quantity };
}

/** What of it travels to the next attempt; undefined where nothing was learnt. */
export function proven(learnt: Learnt): Learnt | undefined {
  const { refusedQuantity, takenQuantity, insisted, digits, digitsTaken, ...rest } = learnt;
  const known: Learnt = {
    ...rest,
    ...(refusedQuantity !== undefined && takenQuantity !== undefined ? { refusedQuantity, takenQuantity } : {}),
    ...(takenQuantity !== undefined && insisted ? { insisted } : {}),
    ...(digits !== undefined && digitsTaken ? { digits, digitsTaken } : {}),
  };
  return known.atMs === undefined || Object.keys(known).length === 1 ? undefined : known;
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

/** The refused quantity may be tried again: the exchange refused it once only, and no document says why. */
export function isSizeDoubtful(
  { refusedQuantity, takenQuantity, insisted }: Learnt,
  rules: SymbolRules | undefined,
): boolean {
  if (refusedQuantity === undefined || takenQuantity === undefined || insisted) return false;
  const documented = leastOf([rules?.marketMaxQuantity, rules?.limitMaxQuantity]);
  return documented === undefined || !isMore(refusedQuantity, documented);
}

const leastOf = (amounts: readonly (string | undefined)[]): string | undefined =>
  amounts.reduce(
    (least, one) => (least === undefined || (one !== undefined && isMore(least, one)) ? one : least),
    undefined,
  );

/**
 * What closing at market cost besides the fees: the price that each close got against the mark price of the first look.
 * Below zero: it got a better one.
 */

import Big from 'big.js';
import type { Incident } from '../../incident/incident.ts';

export interface PaidAgainstMark {
  /** Decimal string, in the quote asset. */
  readonly amount: string;
  /** Of what the closed quantities were worth at the mark. */
  readonly percent: string;
}

/** Undefined where a price or a quantity is not known, or a contract is not counted in its quote asset (COIN-M). */
export function paidAgainstMark({ before, closes }: Pick<Incident, 'before' | 'closes'>): PaidAgainstMark | undefined {
  let paid = new Big(0);
  let worth = new Big(0);
  for (const { symbol, positionSide, amount, quantity, averagePrice } of closes) {
    const held = before?.positions.find(one => one.symbol === symbol && one.positionSide === positionSide);
    if (/USD_/.test(symbol)) return undefined;
    const [mark, price, size] = [held?.markPrice, averagePrice, quantity].map(decimal);
    if (mark === undefined || price === undefined || size === undefined) return undefined;
    const lost = amount.startsWith('-') ? price.minus(mark) : mark.minus(price);
    paid = paid.plus(lost.times(size));
    worth = worth.plus(mark.times(size));
  }
  if (worth.eq(0)) return undefined;
  return { amount: paid.round(8).toFixed(), percent: paid.div(worth).times(100).toFixed(2) };
}

/** A trail that was changed may hold anything. */
const decimal = (text: string | undefined): Big | undefined =>
  text !== undefined && /^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? new Big(text) : undefined;

/**
 * What closing at market cost besides the fees: the price that each close got against the mark price of the first read.
 * Below zero: it got a better one.
 */

import { difference, isZero, sum, times } from '../../../lambda/core/exchange/amount.ts';
import type { Incident } from '../../incident/incident.ts';

export interface PaidAgainstMark {
  /** Decimal string, in the quote asset. */
  readonly amount: string;
  /** Of what the closed quantities were worth at the mark. */
  readonly percent: string;
}

/** Undefined where a price or a quantity is not known, or a contract is not counted in its quote asset (COIN-M). */
export function paidAgainstMark({ before, closes }: Pick<Incident, 'before' | 'closes'>): PaidAgainstMark | undefined {
  let paid = '0';
  let worth = '0';
  for (const { symbol, positionSide, amount, quantity, averagePrice } of closes) {
    const held = before?.positions.find(one => one.symbol === symbol && one.positionSide === positionSide);
    if (/USD_/.test(symbol)) return undefined;
    const [mark, price, size] = [held?.markPrice, averagePrice, quantity].map(decimal);
    if (decimal(amount) === undefined || mark === undefined || price === undefined || size === undefined)
      return undefined;
    const lost = amount.startsWith('-') ? difference(price, mark) : difference(mark, price);
    paid = sum([paid, times(lost, size)]);
    worth = sum([worth, times(mark, size)]);
  }
  if (isZero(worth)) return undefined;
  return { amount: paid, percent: ((100 * Number(paid)) / Number(worth)).toFixed(2) };
}

/** An audit log that was changed may hold anything. */
const decimal = (text: string | undefined): string | undefined =>
  text !== undefined && /^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? text : undefined;

/**
 * What an incident closed, what it cost, and the source of these figures: the answer or the attempts' own sums; without
 * them (it died, or is in progress), the closes in the audit log; or unknown, which is not "0".
 */

import { difference, isZero, sum, times } from '../../../lambda/core/exchange/amount.ts';
import type { Incident } from '../../incident/incident.ts';
import { positionKey, sumOf } from './words.ts';

export type Cost = Readonly<ReturnType<typeof costOf>>;

/** `hasAnswer`: the record has an answer. */
export function costOf(incident: Incident, hasAnswer: boolean) {
  const { totals, closes, cancels, events } = incident;
  const hasSums = hasAnswer || events.some(({ data }) => 'positions_closed' in data);
  const unexplained = unexplainedSymbols(incident);
  const cancelled = cancels.reduce((sum, one) => sum + one.orders + one.conditionalOrders, 0);
  // The answer of an attempt that took over does not count what the dead attempt recorded.
  if (hasSums && totals.positionsClosed >= closes.length) {
    return {
      basis: 'sums',
      closed: totals.positionsClosed,
      failed: totals.positionsFailed,
      ordersCancelled: Math.max(totals.ordersCancelled, cancelled),
      unexplained,
      pnl: totals.realizedPnl,
      isEstimate: totals.pnlIsEstimate,
      commissions: totals.commissions,
    };
  }
  const assets = [...new Set(closes.flatMap(({ commissions }) => Object.keys(commissions)))];
  return {
    basis: closes.length > 0 ? 'closes' : 'unknown',
    closed: closes.length,
    failed: hasSums ? totals.positionsFailed : undefined,
    ordersCancelled: cancelled,
    /** Symbols in the first read and not in the last one, without a close in the audit log: not in these sums. */
    unexplained,
    /** Decimal string; undefined: not known. */
    pnl: closes.length > 0 ? sumOf(closes.map(({ realizedPnl }) => realizedPnl)) : undefined,
    isEstimate: closes.some(({ pnlIsEstimate }) => pnlIsEstimate),
    commissions: Object.fromEntries(
      assets.flatMap(asset => {
        const all = sumOf(closes.flatMap(({ commissions }) => commissions[asset] ?? []));
        return all === undefined ? [] : [[asset, all] as const];
      }),
    ),
  };
}

function unexplainedSymbols({ before, after, closes }: Incident): readonly string[] {
  if (before === undefined || after?.verified !== true) return [];
  const explained = new Set([...after.positions, ...closes].map(positionKey));
  return before.positions.filter(one => !explained.has(positionKey(one))).map(({ symbol }) => symbol);
}

export interface PaidAgainstMark {
  /** Decimal string, in the quote asset. */
  readonly amount: string;
  /** Of what the closed quantities were worth at the mark. */
  readonly percent: string;
}

/**
 * What closing at market cost besides the fees: the price that each close got against the mark price of the first read;
 * below zero: it got a better one. Undefined where a price or a quantity is not known, or a contract is not
 * counted in its quote asset (COIN-M).
 */
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

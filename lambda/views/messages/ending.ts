/** The final event of an attempt, as messages need it. Every field may be missing or of another type. */

import { type Fields, fieldsOf, instantOf, numberOf, rowsOf, textOf, textsOf } from '../../core/text/fields.ts';
import type { LogLine } from './log-line.ts';

export interface Ending {
  readonly headline: string | undefined;
  readonly trigger: string | undefined;
  readonly reason: string | undefined;
  /** Undefined: the whole account. */
  readonly symbols: readonly string[] | undefined;
  readonly closed: number;
  readonly cancelled: number;
  readonly profit: { readonly amount: string; readonly isEstimate: boolean } | undefined;
  /** `23.288815 USDT`. */
  readonly fees: readonly string[];
  readonly attempts: number;
  /** From the start of the first attempt to the end of this one; undefined when not known. */
  readonly tookMs: number | undefined;
  readonly firstStartedAtMs: number | undefined;
  /** How the previous attempt ended, if there was one. */
  readonly priorHeadline: string | undefined;
  /** Undefined: no further attempt. */
  readonly nextAtMs: number | undefined;
  readonly untilMs: number | undefined;
  /** Pages of the exchange where the remaining positions can be closed; empty: the USDⓈ-M page. */
  readonly pages: readonly string[];
  readonly remaining: Remaining;
  readonly errors: readonly EndingError[];
}

/** `verified` false: the last read failed, so nothing is known. */
interface Remaining {
  readonly verified: boolean;
  readonly positions: readonly OpenPosition[];
  readonly orders: number;
}

export interface OpenPosition {
  readonly symbol: string;
  readonly side: 'long' | 'short';
  /** Without a sign. */
  readonly amount: string;
  /** Whole units of the margin asset, without a sign. */
  readonly notional: string;
  readonly stops: number;
}

export interface EndingError {
  readonly code: string;
  readonly message: string;
  readonly heading: string | undefined;
  readonly symbol: string | undefined;
  readonly exchangeCode: number | undefined;
}

export function readEnding({ data, atMs }: LogLine): Ending {
  const firstStartedAtMs = instantOf(data.first_started_at);
  const assets = Object.entries(fieldsOf(data.realized_pnl)).flatMap(([asset, amount]) =>
    textOf(amount) === undefined ? [] : [[asset, textOf(amount)]],
  );
  const total = textOf(data.total_realized_pnl);
  const profit = assets.length > 1 ? assets.map(([asset, amount]) => `${amount} ${asset}`).join(', ') : total;
  const { verified, positions, orders } = fieldsOf(data.remaining);
  return {
    headline: headlineIn(data.headline),
    trigger: textOf(data.trigger),
    reason: textOf(data.reason),
    symbols: textsOf(data.symbols),
    closed: numberOf(data.positions_closed) ?? 0,
    cancelled: numberOf(data.orders_cancelled) ?? 0,
    profit: profit === undefined ? undefined : { amount: profit, isEstimate: data.pnl_is_estimate === true },
    fees: Object.entries(fieldsOf(data.commissions)).map(([asset, amount]) => `${textOf(amount) ?? '?'} ${asset}`),
    attempts: numberOf(data.attempts) ?? 1,
    tookMs: atMs === undefined || firstStartedAtMs === undefined ? undefined : Math.max(0, atMs - firstStartedAtMs),
    firstStartedAtMs,
    priorHeadline: textOf(data.prior_headline),
    nextAtMs: instantOf(data.resumes_at),
    untilMs: instantOf(data.retries_until),
    pages: rowsOf(data.markets).flatMap(row => (row.covered === true && row.flat !== true ? pageOf(row) : [])),
    remaining: {
      verified: verified === true,
      positions: rowsOf(positions).map(readPosition),
      orders: numberOf(orders) ?? 0,
    },
    errors: rowsOf(data.errors).map(readError),
  };
}

/** In ASCII, as the exchange's menu has them. */
function pageOf({ title, market }: Fields): readonly string[] {
  if (/^portfolio margin/.test(textOf(title) ?? ''))
    return [`Portfolio Margin, ${market === 'coinm' ? 'COIN-M' : 'USDS-M'} Futures`];
  return [market === 'coinm' ? 'COIN-M Futures' : 'USDS-M Futures'];
}

/** A headline of lambda/core/liquidation/answer/answer.ts, or undefined: it becomes the first words of the message. */
function headlineIn(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined &&
    /^(FLAT|NOT FLAT|SEEN FLAT ONCE|REOPENED AFTER FLAT|ORDERS CANCELLED|NOTHING SEEN IN)\b/.test(text)
    ? text
    : undefined;
}

function readPosition(row: Fields): OpenPosition {
  const amount = textOf(row.amount) ?? '?';
  const isShort = row.position_side === 'SHORT' || (row.position_side !== 'LONG' && amount.startsWith('-'));
  const [whole = '?'] = (textOf(row.notional) ?? '?').replace('-', '').split('.');
  return {
    symbol: textOf(row.symbol) ?? '?',
    side: isShort ? 'short' : 'long',
    amount: amount.replace('-', ''),
    notional: whole,
    stops: numberOf(row.protective_orders) ?? 0,
  };
}

const readError = (row: Fields): EndingError => ({
  code: textOf(row.code) ?? '?',
  message: textOf(row.message) ?? '?',
  heading: textOf(row.heading),
  symbol: textOf(row.symbol),
  exchangeCode: numberOf(row.exchange_code),
});

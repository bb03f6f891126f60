/** The final event of an attempt, as messages need it. Every field may be missing or of another type. */

import { type Fields, fieldsOf, instantOf, numberOf, rowsOf, textOf, textsOf } from '../../core/text/fields.ts';
import { count, profitWords, signed } from '../words.ts';
import type { LogLine } from './log-line.ts';

/** What an attempt did and left open. Undefined where the event does not say it. */
export type Ending = ReturnType<typeof readEnding>;
type OpenPosition = ReturnType<typeof readPosition>;
type EndingError = ReturnType<typeof readError>;

export function readEnding({ data, atMs }: LogLine) {
  const firstStartedAtMs = instantOf(data.first_started_at);
  const byAsset = Object.entries(fieldsOf(data.realized_pnl)).flatMap(([asset, value]) => {
    const amount = textOf(value);
    return amount === undefined ? [] : [[asset, amount] as const];
  });
  const total = textOf(data.total_realized_pnl) ?? null;
  const isKnown = total !== null || byAsset.length > 0;
  const { verified, positions, orders } = fieldsOf(data.remaining);
  return {
    headline: headlineIn(data.headline),
    trigger: textOf(data.trigger),
    reason: textOf(data.reason),
    /** Undefined: the whole account. */
    symbols: textsOf(data.symbols),
    closed: numberOf(data.positions_closed) ?? 0,
    cancelled: numberOf(data.orders_cancelled) ?? 0,
    profit: isKnown
      ? {
          words: profitWords({ realized_pnl: Object.fromEntries(byAsset), total_realized_pnl: total }, signed),
          isEstimate: data.pnl_is_estimate === true,
        }
      : undefined,
    fees: Object.entries(fieldsOf(data.commissions)).map(([asset, amount]) => `${textOf(amount) ?? '?'} ${asset}`),
    attempts: numberOf(data.attempts) ?? 1,
    /** From the start of the first attempt to the end of this one. */
    tookMs: atMs === undefined || firstStartedAtMs === undefined ? undefined : Math.max(0, atMs - firstStartedAtMs),
    firstStartedAtMs,
    /** How the previous attempt ended, if there was one. */
    priorHeadline: textOf(data.prior_headline),
    /** Undefined: no further attempt. */
    nextAtMs: instantOf(data.resumes_at),
    untilMs: instantOf(data.retries_until),
    /** Pages of the exchange where the remaining positions can be closed; empty: the USDⓈ-M page. */
    pages: rowsOf(data.markets).flatMap(row => (row.covered === true && row.flat !== true ? pageOf(row) : [])),
    remaining: {
      /** False: the last read failed, so nothing is known. */
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

/** Amounts without a sign; `notional` in whole units of the margin asset. */
function readPosition(row: Fields) {
  const amount = textOf(row.amount) ?? '?';
  const isShort = row.position_side === 'SHORT' || (row.position_side !== 'LONG' && amount.startsWith('-'));
  const [whole = '?'] = (textOf(row.notional) ?? '?').replace('-', '').split('.');
  return {
    symbol: textOf(row.symbol) ?? '?',
    side: isShort ? ('short' as const) : ('long' as const),
    amount: amount.replace('-', ''),
    notional: whole,
    /** Undefined: they could not be read. */
    stops: numberOf(row.protective_orders),
  };
}

const readError = (row: Fields) => ({
  code: textOf(row.code) ?? '?',
  message: textOf(row.message) ?? '?',
  heading: textOf(row.heading),
  symbol: textOf(row.symbol),
  exchangeCode: numberOf(row.exchange_code),
});

const MOST_POSITIONS = 10;
const MOST_REASONS = 4;

/** The positions that are still open: size and protective stops. */
export function openLines({ remaining }: Ending): readonly string[] {
  const { verified, positions, orders } = remaining;
  if (!verified)
    return ['OPEN POSITIONS UNKNOWN: the last read of the account failed. Check the account at the exchange.'];
  const shown = positions.slice(0, MOST_POSITIONS).map(positionLine);
  const more = positions.length - shown.length;
  return [
    'OPEN NOW',
    ...shown,
    ...(more > 0 ? [`and ${count(more, 'more position')}`] : []),
    ...(orders > 0 ? [`${count(orders, 'order')} still open, stops included`] : []),
  ];
}

const positionLine = ({ symbol, side, amount, notional, stops }: OpenPosition): string =>
  `${symbol} ${side} ${amount}, worth ${notional}: ${stopWords(stops)}`;

function stopWords(stops: number | undefined): string {
  if (stops === undefined) return 'stops not known';
  return stops === 0 ? 'NO STOP LEFT' : `${count(stops, 'stop')} kept`;
}

export function whyLines({ errors }: Ending): readonly string[] {
  if (errors.length === 0) return [];
  const causes = errors.filter(({ code }) => !OUTCOMES.has(code));
  const lines = [...Map.groupBy(causes.length > 0 ? causes : errors, reasonOf)].map(([reason, ones]) =>
    [symbolsOf(ones), reason].filter(part => part !== '').join(': '),
  );
  const more = lines.length - MOST_REASONS;
  return ['WHY', ...lines.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${count(more, 'more error')}`] : [])];
}

/** These codes only repeat the verdict (not flat). The other errors, if there are any, say why. */
const OUTCOMES: ReadonlySet<string> = new Set(['ATTEMPTS_EXHAUSTED', 'TIMEOUT', 'NOT_VERIFIED']);

const reasonOf = ({ code, message, exchangeCode }: EndingError): string =>
  `${message} (${code}${exchangeCode === undefined ? '' : ` ${exchangeCode}`})`;

function symbolsOf(errors: readonly EndingError[]): string {
  const symbols = [...new Set(errors.flatMap(({ symbol }) => symbol ?? []))];
  const more = symbols.length - MOST_SYMBOLS;
  return `${symbols.slice(0, MOST_SYMBOLS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const MOST_SYMBOLS = 5;

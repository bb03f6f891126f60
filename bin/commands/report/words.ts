/** Instants, durations and amounts in the report: UTC to the millisecond, and decimal strings as the exchange wrote them. */

import { sum } from '../../../lambda/core/exchange/amount.ts';
import { isoMicros } from '../../../lambda/core/invocation/identity.ts';
import { duration, isInstant, spanText } from '../../terminal/numbers.ts';

/** `2026-11-21 05:30:33.233`, UTC; `?` where it is not known. */
export const utc = (atMs: number | undefined): string =>
  isInstant(atMs) ? isoMicros(atMs).slice(0, 23).replace('T', ' ') : '?';

/** `05:30:33.233`, UTC. */
export const utcTime = (atMs: number | undefined): string => utc(atMs).slice(-12);

const LONGEST_IN_SECONDS_MS = 99_500;

/** `340 µs`, `21 ms`, `1.3 s`, `64 s`, `4 min 10 s`, `2 h`. */
export const elapsed = (ms: number): string => (ms < LONGEST_IN_SECONDS_MS ? duration(ms) : spanText(ms));

const DECIMAL = /^[+-]?\d{1,40}(\.\d{1,40})?$/;

/** A changed audit log may contain anything. */
export const isDecimal = (amount: string): boolean => DECIMAL.test(amount);

/** The sum; undefined if one is not a decimal. */
export const sumOf = (amounts: readonly string[]): string | undefined =>
  amounts.every(isDecimal) ? sum(amounts) : undefined;

/** `−12.5`: with a typographic minus, and without the exchange's trailing zeros. */
export const amountText = (amount: string | undefined): string =>
  amount?.replace(/^-/, '−').replace(/^([^.]*\.\d\d\d*?)0{3,}$/, '$1') ?? '';

/** For a column of instants: its name, and how each is written. The date is in the name when all share it. */
export function instants(all: readonly (number | undefined)[]): {
  readonly name: string;
  readonly say: (atMs: number | undefined) => string;
} {
  const dates = new Set(all.filter(isInstant).map(atMs => utc(atMs).slice(0, 10)));
  const [date] = dates;
  return date === undefined || dates.size > 1 ? { name: 'UTC', say: utc } : { name: `UTC, ${date}`, say: utcTime };
}

/** `LONG`, `SHORT`; for one-way accounts by the sign. */
export function sideOf({ positionSide, amount }: { readonly positionSide: string; readonly amount: string }): string {
  if (positionSide === 'LONG' || positionSide === 'SHORT') return positionSide;
  return amount.startsWith('-') ? 'SHORT' : 'LONG';
}

/** `0.1 USDT, 0.0003 BNB`. */
export const feesText = (commissions: Readonly<Record<string, string>>): string =>
  Object.entries(commissions)
    .map(([asset, amount]) => `${amountText(amount)} ${asset}`)
    .join(', ');

/** A position is known by both. */
export const positionKey = ({
  symbol,
  positionSide,
}: {
  readonly symbol: string;
  readonly positionSide: string;
}): string => `${symbol}|${positionSide}`;

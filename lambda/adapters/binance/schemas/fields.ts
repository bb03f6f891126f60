/** The kinds of value that Binance's replies are made of, each read in every form it has been seen in. */

import Big from 'big.js';
import * as z from 'zod/mini';

/**
 * An amount: a string is kept digit for digit; a number, or an exponent (0E-8), becomes a plain decimal string. What has
 * more digits than any amount of money or coins is none: written out, 1e999999 would be a megabyte.
 */
export const decimal = z.pipe(
  z.unknown(),
  z.transform((value, context): string => {
    const amount = plainDecimal(value);
    if (amount !== undefined) return amount;
    context.issues.push({ code: 'custom', input: undefined, message: 'not a decimal number' });
    return z.NEVER;
  }),
);

/** As `decimal`, by hand: undefined for what is no amount. */
export function plainDecimal(value: unknown): string | undefined {
  if (typeof value === 'string' && PLAIN.test(value)) return value;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return String(value).length <= LONGEST ? plainly(value) : undefined;
}

const LONGEST = 64;
const MOST_PLACES = 30;
const PLAIN = new RegExp(`^-?\\d{1,${MOST_PLACES}}(?:\\.\\d{1,${MOST_PLACES}})?$`);

function plainly(value: string | number): string | undefined {
  try {
    // Big takes neither a sign of what is positive nor blanks.
    const amount = new Big(typeof value === 'string' ? value.trim().replace(/^\+(?=\d)/, '') : value);
    const written = Math.abs(amount.e) <= MOST_PLACES ? amount.toFixed() : '';
    return PLAIN.test(written) ? written : undefined;
  } catch {
    return undefined;
  }
}

/** An amount that decides nothing about closing: one that is missing or unreadable stops no liquidation and reads 0. */
export const shownDecimal = z.catch(decimal, '0');

/** A symbol's name. The longest that was ever listed has under 30 characters. */
export const symbol = z.string().check(z.minLength(1), z.maxLength(LONGEST));

/** An ID: a number, or a string where the number is beyond 2^53. */
export const identifier = z.pipe(z.union([z.string(), z.number()]), z.transform(String));

/** A word that decides nothing. */
export const shownWord = z.catch(z.string(), '');

/**
 * Epoch milliseconds; 0 when missing. What lies in the next century is no instant, or in another unit: as the time of a
 * fill it would make every row look older than the fill.
 */
export const instantMs = z.pipe(
  z.optional(z.unknown()),
  z.transform(value => {
    const atMs = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
    return atMs > 0 && atMs < YEAR_2100_MS ? atMs : 0;
  }),
);

const YEAR_2100_MS = 4_102_444_800_000;

/** true or "true". Anything else means false, which is safe: such an order may open a position. */
export const flag = z.pipe(
  z.optional(z.unknown()),
  z.transform(value => value === true || value === 'true'),
);

/** In capitals, however it was written. */
const capitals = z.pipe(
  z.unknown(),
  z.transform(value => (typeof value === 'string' ? value.toUpperCase() : value)),
);
export const side = z.pipe(capitals, z.enum(['BUY', 'SELL']));
export const positionSide = z.pipe(capitals, z.enum(['BOTH', 'LONG', 'SHORT']));
/** Undefined when it is missing or no position side: an order is cancelled whatever it says. */
const knownSide = z.pipe(
  z.optional(z.unknown()),
  z.transform(value => positionSide.safeParse(value).data),
);

/** What every kind of order has. */
export const orderFields = { symbol, side, positionSide: knownSide, reduceOnly: flag };

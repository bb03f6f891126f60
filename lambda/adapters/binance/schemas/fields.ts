/**
 * The values that Binance's replies are made of, each read in every form it has been seen in, and lists, read row by row: a
 * row that cannot be read does not hide the others. It is named by its symbol, if that can be read, and by what is wrong with it.
 */

import Big from 'big.js';
import * as z from 'zod/mini';
import type { Rows, UnreadRow } from '../../../core/exchange/model.ts';

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

type WireRow = Readonly<Record<string, unknown>>;

/** Rows for which `matters` returns false are dropped without being read. */
export function rowsSchema<Row>(row: z.ZodMiniType<Row>, matters: (wire: WireRow) => boolean = () => true) {
  return z.pipe(
    z.array(z.unknown()),
    z.transform((list): Rows<Row> => {
      const rows: Row[] = [];
      const unread: UnreadRow[] = [];
      for (const wire of list) {
        if (isWireRow(wire) && !matters(wire)) continue;
        const read = row.safeParse(wire);
        if (read.success) rows.push(read.data);
        else unread.push({ symbol: symbolIn(wire), problem: problemOf(read.error) });
      }
      return { rows, unread };
    }),
  );
}

const isWireRow = (wire: unknown): wire is WireRow => typeof wire === 'object' && wire !== null;

function symbolIn(wire: unknown): string | undefined {
  const read = z.looseObject({ symbol }).safeParse(wire);
  return read.success ? read.data.symbol : undefined;
}

/** The field and the rule. Messages of our own schemas, never what stood there. */
function problemOf({ issues: [issue] }: z.core.$ZodError): string {
  const field = issue?.path.join('.');
  return `${field || 'the row'}: ${issue?.message ?? 'cannot be read'}`;
}

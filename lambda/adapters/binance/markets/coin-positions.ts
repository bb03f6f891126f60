/**
 * Positions of COIN-M from two pages: one shows symbols in status TRADING only, the other all of the account. Where the
 * first lists a symbol it counts, with its mark price; where it does not, or not readably, the second. The second counts
 * too where the first shows no position and the second a newer one: pages lag, and a position that only one of them shows
 * must not be called flat. A row that is wrong costs a close that is refused, since a close can only reduce.
 */

import * as z from 'zod/mini';
import { isZero, magnitude, times } from '../../../core/exchange/amount.ts';
import type { Position, Rows } from '../../../core/exchange/model.ts';
import type { Reply } from '../../../ports.ts';
import { decimal, instantMs, positionSide, rowsSchema, shownDecimal, symbol } from '../schemas/fields.ts';
import { isOpen, signedAmount } from '../schemas/positions.ts';
import { bothPages, joinRows, type Page } from './join.ts';

export async function positionsOfPages(
  pages: readonly [trading: Promise<Reply<CoinPositions>>, account: Promise<Reply<CoinPositions>>],
  part: Page,
): Promise<Reply<Rows<Position>>> {
  const [trading, account] = await bothPages(pages, part, page => ({ ...page, shown: shownBy(page) }));
  const joined = joinRows<Position>(trading, account, (shown, all) => [
    ...shown,
    ...(trading.ok ? all.filter(row => isMissingIn(trading.value, row)) : all),
  ]);
  const shown = [trading, account].flatMap(page => (page.ok ? [...shownBy(page.value)] : []));
  return joined.ok ? { ...joined, value: { ...joined.value, shown: new Set(shown) } } : joined;
}

function isMissingIn({ listed, rows, unread, changedAtMs }: CoinPositions, row: Position): boolean {
  if (!listed.has(row.symbol)) return true;
  const key = rowKey(row);
  if (rows.some(one => rowKey(one) === key)) return false;
  return unread.some(({ symbol }) => symbol === row.symbol) || row.updatedAtMs > (changedAtMs.get(key) ?? 0);
}

/** A row without a name may be of any symbol, of those that are listed too. */
const shownBy = ({ listed, unread }: CoinPositions): ReadonlySet<string> =>
  unread.some(({ symbol }) => symbol === undefined) ? new Set() : listed;

const open = z.pipe(
  z.object({
    symbol,
    positionSide,
    positionAmt: decimal,
    entryPrice: shownDecimal,
    markPrice: shownDecimal,
    // Two spellings: Position Information, Account.
    unRealizedProfit: shownDecimal,
    unrealizedProfit: shownDecimal,
    updateTime: instantMs,
  }),
  z.transform((wire): Position => {
    const { positionAmt, unRealizedProfit, unrealizedProfit, updateTime: updatedAtMs, ...position } = wire;
    const signed = signedAmount(position.positionSide, positionAmt);
    return {
      ...{ ...position, ...signed, updatedAtMs },
      notional: contractsInUsd(position.symbol, signed.amount),
      unrealizedPnl: isZero(unRealizedProfit) ? unrealizedProfit : unRealizedProfit,
      marginAsset: coinOf(position.symbol),
    };
  }),
);

export interface CoinPositions extends Rows<Position> {
  /** All that the page has a row of, also those without a position. */
  readonly listed: ReadonlySet<string>;
  /** When each row last changed, of rows without a position too. */
  readonly changedAtMs: ReadonlyMap<string, number>;
}

/** Names a row in both pages. */
const rowKey = ({ symbol, positionSide }: Pick<Position, 'symbol' | 'positionSide'>): string =>
  `${symbol} ${positionSide}`;

const wireRow = z.object({ symbol, positionSide, updateTime: instantMs });

const changedAtMs = (rows: readonly unknown[]): ReadonlyMap<string, number> =>
  new Map(
    rows.flatMap(row => {
      const read = wireRow.safeParse(row);
      return read.success ? [[rowKey(read.data), read.data.updateTime] as const] : [];
    }),
  );

const listed = (rows: readonly unknown[]): ReadonlySet<string> =>
  new Set(
    rows.flatMap(row => (typeof row === 'object' && row !== null && 'symbol' in row ? [String(row.symbol)] : [])),
  );

/** Symbols in status TRADING only. */
export const coinPositions = z.pipe(
  z.array(z.unknown()),
  z.transform((rows): CoinPositions => {
    const read = rowsSchema<Position>(open, isOpen).parse(rows);
    return { ...read, listed: listed(rows), changedAtMs: changedAtMs(rows) };
  }),
);

export const accountPositions = z.pipe(
  z.object({ positions: coinPositions }),
  z.transform(({ positions }) => positions),
);

/** May the account trade: Account. */
export const accountRights = z.pipe(
  z.object({ canTrade: z.catch(z.boolean(), true) }),
  z.transform(({ canTrade }) => canTrade),
);

/** Get Current Position Mode. */
export const positionMode = z.pipe(
  z.object({ dualSidePosition: z.boolean() }),
  z.transform(({ dualSidePosition }) => dualSidePosition),
);

/** `BTCUSD_PERP`, `BTCUSD_261225`: settled in BTC. */
const coinOf = (symbol: string): string => symbol.replace(/USD(?:_.*)?$/, '');

/**
 * In USD, without a sign: a contract is worth 100 USD for BTC and 10 for all others (COIN-M, Exchange Information,
 * `contractSize`; as seen 2026-09-26). It only orders positions by size and shows their value: a close sends contracts.
 */
const contractsInUsd = (symbol: string, contracts: string): string =>
  times(magnitude(contracts), coinOf(symbol) === 'BTC' ? '100' : '10');

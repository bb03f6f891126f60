/**
 * Position Information of COIN-M (v1) and of portfolio margin CM, and the positions on the Account page, which shows
 * symbols that no longer trade. Amounts are contracts. As in USDⓈ-M, rows of zero are dropped whatever else is missing.
 */

import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import { coinOf, contractsInUsd } from '../../../core/exchange/contract-size.ts';
import type { Position, Rows } from '../../../core/exchange/model.ts';
import { decimal, instantMs, positionSide, shownDecimal, symbol } from './fields.ts';
import { isOpen, signedAmount } from './positions.ts';
import { rowsSchema } from './rows.ts';

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
export const rowKey = ({ symbol, positionSide }: Pick<Position, 'symbol' | 'positionSide'>): string =>
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

/**
 * Position Information V3, and V2. Both list symbols without a position, so zero rows are common ("0", "0.000"); they are
 * dropped whatever else is missing from them. In the others symbol, side and amount must be right; the rest decides nothing.
 */

import * as z from 'zod/mini';
import { amountWorth, isZero, magnitude, times } from '../../../core/exchange/amount.ts';
import type { Position } from '../../../core/exchange/model.ts';
import {
  decimal,
  instantMs,
  plainDecimal,
  positionSide,
  rowsSchema,
  shownDecimal,
  shownWord,
  symbol,
} from './fields.ts';

const open = z.pipe(
  z.object({
    symbol,
    positionSide,
    positionAmt: decimal,
    entryPrice: shownDecimal,
    markPrice: shownDecimal,
    notional: shownDecimal,
    unRealizedProfit: shownDecimal,
    marginAsset: shownWord,
    updateTime: instantMs,
  }),
  z.transform(
    ({ positionAmt, unRealizedProfit: unrealizedPnl, updateTime: updatedAtMs, ...position }): Position => ({
      ...{ ...position, unrealizedPnl, updatedAtMs },
      ...signedAmount(position.positionSide, positionAmt),
      // It decides which position is closed first.
      notional: isZero(position.notional) ? times(positionAmt, position.markPrice) : position.notional,
      markPrice: isZero(position.markPrice)
        ? (amountWorth(magnitude(position.notional), magnitude(positionAmt)) ?? '0')
        : position.markPrice,
    }),
  ),
);

/** False for a row of zero. */
export function isOpen({ positionAmt }: { readonly positionAmt?: unknown }): boolean {
  const amount = plainDecimal(positionAmt);
  return amount === undefined || !isZero(amount);
}

/** The positions that are open. */
export const positions = rowsSchema<Position>(open, isOpen);

/**
 * In hedge mode the position side is the direction, whatever sign was written: an order that follows a wrong sign would
 * enlarge the position. A short without its minus is a documented form (Position Information V2, WebSocket).
 */
export function signedAmount(
  side: Position['positionSide'],
  amount: string,
): Pick<Position, 'amount' | 'signDisagrees'> {
  if (side === 'BOTH') return { amount };
  if (side === 'SHORT') return { amount: `-${magnitude(amount)}` };
  return { amount: magnitude(amount), ...(amount.startsWith('-') ? { signDisagrees: true } : {}) };
}

/**
 * Position Information V3, and V2. Both list symbols without a position, so zero rows are common ("0", "0.000"); they are
 * dropped whatever else is missing from them. In the others symbol, side and amount must be right; the rest decides nothing.
 */

import * as z from 'zod/mini';
import { isZero, magnitude, times } from '../../../core/exchange/amount.ts';
import type { Position } from '../../../core/exchange/model.ts';
import { decimal, instantMs, plainDecimal, positionSide, shownDecimal, shownWord, symbol } from './fields.ts';
import { rowsSchema } from './rows.ts';

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
    (wire): Position => ({
      symbol: wire.symbol,
      positionSide: wire.positionSide,
      amount: signedBySide(wire.positionSide, wire.positionAmt),
      entryPrice: wire.entryPrice,
      markPrice: wire.markPrice,
      // It decides which position goes first.
      notional: isZero(wire.notional) ? times(wire.positionAmt, wire.markPrice) : wire.notional,
      unrealizedPnl: wire.unRealizedProfit,
      marginAsset: wire.marginAsset,
      updatedAtMs: wire.updateTime,
      ...(wire.positionSide === 'LONG' && wire.positionAmt.startsWith('-') ? { signDisagrees: true } : {}),
    }),
  ),
);

/** The positions that are open. */
export const positions = rowsSchema<Position>(open, row => {
  const amount = plainDecimal(row.positionAmt);
  return amount === undefined || !isZero(amount);
});

/**
 * In hedge mode the position side is the direction, whatever sign was written: an order that follows a wrong sign would
 * enlarge the position. A short without its minus is a documented form (Position Information V2, WebSocket).
 */
export function signedBySide(side: Position['positionSide'], amount: string): string {
  if (side === 'BOTH') return amount;
  return side === 'SHORT' ? `-${magnitude(amount)}` : magnitude(amount);
}

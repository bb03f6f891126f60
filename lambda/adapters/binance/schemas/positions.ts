/**
 * Position Information V3. Lists symbols with a position or with open orders, so zero rows are common ("0", "0.000").
 * Symbol, side and amount must be right; the rest may be missing without keeping a position open.
 */

import * as z from 'zod/mini';
import { isZero, magnitude } from '../../../core/amount.ts';
import type { Position } from '../../../core/model.ts';
import { decimal, instantMs, positionSide, shownDecimal, shownWord } from './fields.ts';

const row = z.pipe(
  z.object({
    symbol: z.string(),
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
      amount: signed(wire.positionSide, wire.positionAmt),
      entryPrice: wire.entryPrice,
      markPrice: wire.markPrice,
      notional: wire.notional,
      unrealizedPnl: wire.unRealizedProfit,
      marginAsset: wire.marginAsset,
      updatedAtMs: wire.updateTime,
    }),
  ),
);

/** The positions that are open. */
export const positions = z.pipe(
  z.array(row),
  z.transform(rows => rows.filter(position => !isZero(position.amount))),
);

/** REST writes a short of hedge mode with a minus; the page Position Information V2 (WebSocket) shows one without. */
function signed(positionSide: Position['positionSide'], amount: string): string {
  return positionSide === 'SHORT' ? `-${magnitude(amount)}` : amount;
}

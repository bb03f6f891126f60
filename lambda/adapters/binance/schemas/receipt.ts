/** New Order (newOrderRespType=RESULT) and Query Order: what became of one order. */

import * as z from 'zod/mini';
import { isZero } from '../../../core/amount.ts';
import type { Receipt } from '../../../core/model.ts';
import { decimal, identifier, instantMs } from './fields.ts';

export const receipt = z.pipe(
  z.object({
    symbol: z.string(),
    orderId: identifier,
    clientOrderId: z.string(),
    status: z.string(),
    origQty: decimal,
    executedQty: decimal,
    // Gone from placement replies since the CM-UM integration (change log, 2026-06-30).
    avgPrice: z.catch(z.optional(decimal), undefined),
    updateTime: instantMs,
  }),
  z.transform(
    (wire): Receipt => ({
      symbol: wire.symbol,
      orderId: wire.orderId,
      clientOrderId: wire.clientOrderId,
      status: wire.status,
      originalQuantity: wire.origQty,
      executedQuantity: wire.executedQty,
      averagePrice: priceOrNone(wire.avgPrice),
      updatedAtMs: wire.updateTime,
    }),
  ),
);

/** The exchange writes 0.00000 while nothing is filled: that is no price. */
function priceOrNone(price: string | undefined): string | undefined {
  return price === undefined || isZero(price) ? undefined : price;
}

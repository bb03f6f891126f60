/**
 * New Order (newOrderRespType=RESULT): the exchange took the order. Any object says so; what else it says are hints, and
 * a hint that is missing or unreadable does not make the order unknown.
 */

import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import type { Receipt } from '../../../core/exchange/model.ts';
import { decimal, identifier, instantMs } from './fields.ts';

const hint = <T>(field: z.ZodMiniType<T>) => z.catch(z.optional(field), undefined);

export const receipt = z.pipe(
  z.object({
    orderId: hint(identifier),
    status: hint(z.string()),
    executedQty: hint(decimal),
    // Gone from placement replies since the CM-UM integration (change log, 2026-06-30).
    avgPrice: hint(decimal),
    updateTime: instantMs,
  }),
  z.transform(
    ({ orderId, status, executedQty: executedQuantity, avgPrice, updateTime: updatedAtMs }): Receipt => ({
      ...{ orderId, status, executedQuantity, updatedAtMs },
      // The exchange writes 0.00000 while nothing is filled: that is no price.
      averagePrice: avgPrice === undefined || isZero(avgPrice) ? undefined : avgPrice,
    }),
  ),
);

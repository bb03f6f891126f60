/** Query Order: what became of one order. */

import * as z from 'zod/mini';
import type { OrderState } from '../../../core/exchange/model.ts';
import { decimal, identifier, instantMs } from './fields.ts';

export const orderState = z.pipe(
  z.object({ orderId: identifier, status: z.string(), executedQty: decimal, updateTime: instantMs }),
  z.transform(
    ({ executedQty: executedQuantity, updateTime: updatedAtMs, ...order }): OrderState => ({
      ...{ ...order, executedQuantity, updatedAtMs },
    }),
  ),
);

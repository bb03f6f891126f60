/** Current All Algo Open Orders: conditional orders waiting for their trigger, of all symbols. */

import * as z from 'zod/mini';
import type { ConditionalOrder } from '../../../core/exchange/model.ts';
import { flag, identifier, orderFields, shownDecimal, shownWord } from './fields.ts';
import { rowsSchema } from './rows.ts';

export const conditionalOrders = rowsSchema<ConditionalOrder>(
  z.pipe(
    z.object({
      ...orderFields,
      algoId: identifier,
      clientAlgoId: shownWord,
      // The page has `orderType`; New Algo Order calls the same thing `type`.
      orderType: shownWord,
      type: shownWord,
      // Empty for close-position orders, which have no quantity of their own.
      quantity: shownDecimal,
      triggerPrice: shownDecimal,
      closePosition: flag,
    }),
    z.transform(({ orderType, ...order }): ConditionalOrder => ({ ...order, type: orderType || order.type })),
  ),
);

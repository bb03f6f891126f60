/** Current All Open Orders: the orders that rest in the book, of all symbols. */

import * as z from 'zod/mini';
import type { OpenOrder } from '../../../core/exchange/model.ts';
import { identifier, orderFields, shownDecimal, shownWord } from './fields.ts';
import { rowsSchema } from './rows.ts';

export const openOrder = z.pipe(
  z.object({
    ...orderFields,
    orderId: identifier,
    clientOrderId: shownWord,
    origQty: shownDecimal,
    executedQty: shownDecimal,
  }),
  z.transform(
    ({ origQty: quantity, executedQty: executedQuantity, ...order }): OpenOrder => ({
      ...{ ...order, quantity, executedQuantity },
    }),
  ),
);

export const openOrders = rowsSchema<OpenOrder>(openOrder);

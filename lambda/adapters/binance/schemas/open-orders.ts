/** Current All Open Orders: the orders that rest in the book, of all symbols. */

import * as z from 'zod/mini';
import type { OpenOrder } from '../../../core/exchange/model.ts';
import { flag, identifier, knownSide, shownDecimal, shownWord, side, symbol } from './fields.ts';
import { rowsSchema } from './rows.ts';

export const openOrder = z.pipe(
  z.object({
    symbol,
    orderId: identifier,
    clientOrderId: shownWord,
    side,
    positionSide: knownSide,
    origQty: shownDecimal,
    executedQty: shownDecimal,
    reduceOnly: flag,
  }),
  z.transform(
    ({ origQty: quantity, executedQty: executedQuantity, ...order }): OpenOrder => ({
      ...{ ...order, quantity, executedQuantity },
    }),
  ),
);

export const openOrders = rowsSchema<OpenOrder>(openOrder);

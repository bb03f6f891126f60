/** Current All Open Orders: the orders that rest in the book, of all symbols. */

import * as z from 'zod/mini';
import type { OpenOrder } from '../../../core/model.ts';
import { flag, identifier, positionSide, shownDecimal, shownWord, side } from './fields.ts';

const row = z.pipe(
  z.object({
    symbol: z.string(),
    orderId: identifier,
    clientOrderId: shownWord,
    side,
    positionSide,
    type: z.string(),
    origQty: shownDecimal,
    executedQty: shownDecimal,
    reduceOnly: flag,
  }),
  z.transform(
    (wire): OpenOrder => ({
      symbol: wire.symbol,
      orderId: wire.orderId,
      clientOrderId: wire.clientOrderId,
      side: wire.side,
      positionSide: wire.positionSide,
      type: wire.type,
      quantity: wire.origQty,
      executedQuantity: wire.executedQty,
      reduceOnly: wire.reduceOnly,
    }),
  ),
);

export const openOrders = z.array(row);

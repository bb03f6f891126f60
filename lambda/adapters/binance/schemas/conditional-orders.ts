/** Current All Algo Open Orders: conditional orders waiting for their trigger, of all symbols. */

import * as z from 'zod/mini';
import type { ConditionalOrder } from '../../../core/exchange/model.ts';
import { flag, identifier, knownSide, shownDecimal, shownWord, side, symbol } from './fields.ts';
import { rowsSchema } from './rows.ts';

export const conditionalOrders = rowsSchema<ConditionalOrder>(
  z.pipe(
    z.object({
      symbol,
      algoId: identifier,
      clientAlgoId: shownWord,
      side,
      positionSide: knownSide,
      // The page has `orderType`; New Algo Order calls the same thing `type`.
      orderType: shownWord,
      type: shownWord,
      // Empty for close-position orders, which have no quantity of their own.
      quantity: shownDecimal,
      triggerPrice: shownDecimal,
      reduceOnly: flag,
      closePosition: flag,
    }),
    z.transform(({ orderType, ...order }): ConditionalOrder => ({ ...order, type: orderType || order.type })),
  ),
);

/** Current All Algo Open Orders: conditional orders waiting for their trigger, of all symbols. */

import * as z from 'zod/mini';
import type { ConditionalOrder } from '../../../core/model.ts';
import { flag, identifier, positionSide, shownDecimal, shownWord, side } from './fields.ts';

const row = z.pipe(
  z.object({
    symbol: z.string(),
    algoId: identifier,
    clientAlgoId: shownWord,
    side,
    positionSide,
    orderType: z.string(),
    // Empty for close-position orders, which have no quantity of their own.
    quantity: shownDecimal,
    triggerPrice: shownDecimal,
    reduceOnly: flag,
    closePosition: flag,
  }),
  z.transform(
    (wire): ConditionalOrder => ({
      symbol: wire.symbol,
      algoId: wire.algoId,
      clientAlgoId: wire.clientAlgoId,
      side: wire.side,
      positionSide: wire.positionSide,
      type: wire.orderType,
      quantity: wire.quantity,
      triggerPrice: wire.triggerPrice,
      reduceOnly: wire.reduceOnly,
      closePosition: wire.closePosition,
    }),
  ),
);

export const openConditionals = z.array(row);

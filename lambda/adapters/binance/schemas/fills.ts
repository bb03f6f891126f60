/** Account Trade List: the fills of our own orders, with what was realised and paid. */

import * as z from 'zod/mini';
import type { Fill } from '../../../core/exchange/model.ts';
import { decimal, identifier, instantMs, shownDecimal, shownWord, side } from './fields.ts';

const row = z.pipe(
  z.object({
    id: z.catch(identifier, ''),
    orderId: identifier,
    side,
    price: decimal,
    qty: decimal,
    realizedPnl: decimal,
    // Since 2026-08-07 (change log).
    marginAsset: shownWord,
    commission: shownDecimal,
    commissionAsset: shownWord,
    time: instantMs,
  }),
  z.transform(
    (wire): Fill => ({
      fillId: wire.id,
      orderId: wire.orderId,
      side: wire.side,
      price: wire.price,
      quantity: wire.qty,
      realizedPnl: wire.realizedPnl,
      marginAsset: wire.marginAsset || undefined,
      commission: wire.commission,
      commissionAsset: wire.commissionAsset,
      atMs: wire.time,
    }),
  ),
);

export const fills = z.array(row);

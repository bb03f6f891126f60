/** Account Trade List: the fills of our own orders, with what was realised and paid. */

import * as z from 'zod/mini';
import type { Trade } from '../../../core/model.ts';
import { decimal, identifier, instantMs, side } from './fields.ts';

const row = z.pipe(
  z.object({
    symbol: z.string(),
    orderId: identifier,
    side,
    price: decimal,
    qty: decimal,
    realizedPnl: decimal,
    commission: decimal,
    commissionAsset: z.string(),
    time: instantMs,
  }),
  z.transform(
    (wire): Trade => ({
      symbol: wire.symbol,
      orderId: wire.orderId,
      side: wire.side,
      price: wire.price,
      quantity: wire.qty,
      realizedPnl: wire.realizedPnl,
      commission: wire.commission,
      commissionAsset: wire.commissionAsset,
      atMs: wire.time,
    }),
  ),
);

export const trades = z.array(row);

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
    ({ id: fillId, qty: quantity, time: atMs, ...fill }): Fill => ({
      ...{ ...fill, fillId, quantity, atMs },
      marginAsset: fill.marginAsset || undefined,
    }),
  ),
);

export const fills = z.array(row);

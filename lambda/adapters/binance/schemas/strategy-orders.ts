/** Algo Trading, Query Current Algo Open Orders: TWAP and VP orders of the futures account, of all symbols. */

import * as z from 'zod/mini';
import type { StrategyOrder } from '../../../core/exchange/model.ts';
import { identifier, symbol } from './fields.ts';
import { rowsSchema } from './rows.ts';

const rows = rowsSchema<StrategyOrder>(z.object({ algoId: identifier, symbol }));

/** `{total, orders}`; a bare list that shows some is read as well. */
export const strategyOrders = z.union([
  z.pipe(
    z.object({ orders: rows }),
    z.transform(wire => wire.orders),
  ),
  z.pipe(z.array(z.unknown()).check(z.minLength(1)), rows),
]);

/**
 * Where open orders need margin ("openOrderInitialMargin"), as pages of positions and of accounts show it. Orders that only
 * reduce, and conditional ones, need none.
 */

import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import { plainDecimal } from './fields.ts';

interface OrdersIn {
  readonly ordersIn: readonly string[];
}

/** Names with such margin: symbols, or assets on a page that names no symbol. */
const orderMargin = z.pipe(
  z.unknown(),
  z.transform((page): readonly string[] => {
    if (Array.isArray(page)) return namesIn(page, 'symbol');
    const { positions, assets } = (page ?? {}) as { readonly positions?: unknown; readonly assets?: unknown };
    const symbols = namesIn(positions, 'symbol');
    return symbols.length > 0 ? symbols : namesIn(assets, 'asset').map(asset => `margin in ${asset}`);
  }),
);

function namesIn(rows: unknown, key: 'symbol' | 'asset'): readonly string[] {
  if (!Array.isArray(rows)) return [];
  const names = rows.flatMap((row: Readonly<Record<string, unknown>> | null) => {
    const margin = plainDecimal(row?.openOrderInitialMargin);
    const name = row?.[key];
    return margin === undefined || isZero(margin) || typeof name !== 'string' ? [] : [name];
  });
  return [...new Set(names)];
}

/** A page, and where its orders need margin. */
export const withOrders = <T extends object>(page: z.ZodMiniType<T>): z.ZodMiniType<T & OrdersIn> =>
  z.pipe(
    z.pipe(
      z.unknown(),
      z.transform(wire => ({ page: wire, orders: wire })),
    ),
    z.pipe(
      z.object({ page, orders: orderMargin }),
      z.transform(({ page: read, orders }) => ({ ...read, ordersIn: orders })),
    ),
  );

/** Of an account page from which no position is taken. */
export const ordersAlone = withOrders(z.object({ assets: z.array(z.unknown()) }));

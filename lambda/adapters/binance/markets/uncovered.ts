/**
 * One read of a market that is not covered, through the client that is loaded already: calls by path, so that a market that
 * is not configured adds no code. Contracts that no longer trade are on the second page of COIN-M alone. The same pages show
 * where open orders need margin; only portfolio margin UM needs a second request for that (weight 5).
 */

import type { ZodMiniType } from 'zod/mini';
import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import type { MarketId } from '../../../core/exchange/market.ts';
import type { Reply } from '../../../ports.ts';
import { ANSWERS } from '../schemas/answers.ts';
import { plainDecimal } from '../schemas/fields.ts';
import { accountPositions, coinPositions, positionsOfPages } from './coin-positions.ts';
import { loadFapi } from './fapi.ts';
import { joinBeside } from './join.ts';
import type { MarketApi, PathClient } from './market-api.ts';

const PATHS = {
  usdm: 'fapi/v3/positionRisk',
  coinm: 'dapi/v1/positionRisk',
  'portfolio-usdm': 'papi/v1/um/positionRisk',
  'portfolio-coinm': 'papi/v1/cm/positionRisk',
} as const satisfies Record<MarketId, string>;

const SECOND_PATHS = {
  coinm: 'dapi/v1/account',
  'portfolio-usdm': 'papi/v2/um/account',
  'portfolio-coinm': 'papi/v1/cm/account',
} as const satisfies Partial<Record<MarketId, string>>;

export const uncoveredMarketApi = (id: MarketId): MarketApi => ({
  load: loadFapi,
  async open(make) {
    const { USDMClient } = await loadFapi();
    const client: PathClient = make.signed(USDMClient);
    return {
      async send(request, once, part) {
        if (request.kind !== 'positions') throw new Error('Only positions are read where a market is not covered.');
        const read = <T>(schema: ZodMiniType<T>, path: string): Promise<Reply<T>> =>
          once(schema, () => client.getPrivate(path));
        if (id === 'usdm') return read(withOrders(ANSWERS.positions), PATHS[id]);
        if (id === 'portfolio-usdm') {
          const positions = read(ANSWERS.positions, PATHS[id]);
          if (request.withOrders === undefined) return positions;
          void positions.then(page => page.ok && part.inPart?.(page.value));
          return joinBeside(...(await Promise.all([positions, read(ordersAlone, SECOND_PATHS[id])])));
        }
        const trading = read(coinPositions, PATHS[id]);
        const account = read(withOrders(accountPositions), SECOND_PATHS[id]);
        const pages = await positionsOfPages([trading, account], part);
        const orders = await account;
        if (!pages.ok || !orders.ok) return pages;
        return { ...pages, value: { ...pages.value, ordersIn: orders.value.ordersIn } };
      },
    };
  },
});

interface OrdersIn {
  readonly ordersIn: readonly string[];
}

/**
 * Where open orders need margin ("openOrderInitialMargin"): symbols, or assets on a page that names no symbol. Orders that
 * only reduce, and conditional ones, need none.
 */
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
const withOrders = <T extends object>(page: z.ZodMiniType<T>): z.ZodMiniType<T & OrdersIn> =>
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
const ordersAlone = withOrders(z.object({ assets: z.array(z.unknown()) }));

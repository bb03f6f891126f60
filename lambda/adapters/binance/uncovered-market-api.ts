/**
 * One read of a market that is not covered, through the client that is loaded already: calls by path, so that a market that
 * is not configured adds no code. Contracts that no longer trade are on the second page of COIN-M alone. The same pages show
 * where open orders need margin; only portfolio margin UM needs a second request for that (weight 5).
 */

import type { ZodMiniType } from 'zod/mini';
import type { MarketId } from '../../core/exchange/market.ts';
import type { Reply } from '../../ports.ts';
import { positionsOfPages } from './coin-positions-pages.ts';
import { ANSWERS } from './fapi/answers.ts';
import { loadFapi } from './fapi/api.ts';
import { joinBeside } from './join.ts';
import type { MarketApi } from './market-api.ts';
import { accountPositions, coinPositions } from './schemas/coin-positions.ts';
import { ordersAlone, withOrders } from './schemas/order-margin.ts';
import type { PathClient } from './wallet-requests.ts';

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
      async ask(request, once, part) {
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

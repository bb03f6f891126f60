/**
 * One read of the positions of a market that is not covered, through the client that is loaded already: calls by path, so
 * that a market that is not configured adds no code. Contracts that no longer trade are on the second page of COIN-M alone.
 */

import type { MarketId } from '../../core/exchange/market.ts';
import { positionsOfPages } from './coin-positions-pages.ts';
import { ANSWERS } from './fapi/answers.ts';
import { loadFapi } from './fapi/api.ts';
import type { MarketApi } from './market-api.ts';
import { accountPositions, coinPositions } from './schemas/coin-positions.ts';
import type { PathClient } from './wallet-requests.ts';

const PATHS = {
  usdm: 'fapi/v3/positionRisk',
  coinm: 'dapi/v1/positionRisk',
  'portfolio-usdm': 'papi/v1/um/positionRisk',
  'portfolio-coinm': 'papi/v1/cm/positionRisk',
} as const satisfies Record<MarketId, string>;

const SECOND_PATHS = {
  coinm: 'dapi/v1/account',
  'portfolio-coinm': 'papi/v1/cm/account',
} as const satisfies Partial<Record<MarketId, string>>;

export const peekAt = (id: MarketId): MarketApi => ({
  load: loadFapi,
  async open(make) {
    const { USDMClient } = await loadFapi();
    const client: PathClient = make.signed(USDMClient);
    return {
      async ask(request, once, part) {
        if (request.kind !== 'positions') throw new Error('Only positions are read where a market is not covered.');
        if (id === 'usdm' || id === 'portfolio-usdm')
          return once(ANSWERS.positions, () => client.getPrivate(PATHS[id]));
        return positionsOfPages(
          [
            once(coinPositions, () => client.getPrivate(PATHS[id])),
            once(accountPositions, () => client.getPrivate(SECOND_PATHS[id])),
          ],
          part,
        );
      },
    };
  },
});

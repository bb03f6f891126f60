/**
 * One look at the positions of a market that is not covered, through the client that is loaded already: one call by path,
 * so that what nobody configured costs no code.
 */

import type { MarketId } from '../../core/exchange/market.ts';
import { ANSWERS } from './fapi/answers.ts';
import { loadFapi } from './fapi/api.ts';
import type { MarketApi } from './market-api.ts';
import { coinPositions } from './schemas/coin-positions.ts';
import type { PathClient } from './wallet-requests.ts';

const PATHS = {
  usdm: 'fapi/v3/positionRisk',
  coinm: 'dapi/v1/positionRisk',
  'portfolio-usdm': 'papi/v1/um/positionRisk',
  'portfolio-coinm': 'papi/v1/cm/positionRisk',
} as const satisfies Record<MarketId, string>;

export const peekAt = (id: MarketId): MarketApi => ({
  codes: id === 'coinm' ? 'dapi' : 'fapi',
  rulesPath: '',
  load: loadFapi,
  async open(make) {
    const { USDMClient } = await loadFapi();
    const client: PathClient = make.signed(USDMClient);
    const schema = id === 'usdm' || id === 'portfolio-usdm' ? ANSWERS.positions : coinPositions;
    return {
      ask(request, once) {
        if (request.kind !== 'positions')
          throw new Error('Only positions are looked at where a market is not covered.');
        return once(schema, () => client.getPrivate(PATHS[id]));
      },
    };
  },
});

/** GET /fapi/v1/exchangeInfo: limits, symbols and their filters. It cannot be filtered and is large on the real venue. */

import { venueTimeMs, type World } from '../../venue/world.ts';
import type { Endpoint } from '../endpoint.ts';
import { symbolInfoText } from '../symbol-info.ts';
import { JsonText } from '../wire.ts';

export const exchangeInfo: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/exchangeInfo',
  security: 'open',
  weight: 1,
  answer: world => {
    const head = JSON.stringify({
      timezone: 'UTC',
      serverTime: venueTimeMs(world),
      futuresType: 'U_MARGINED',
      rateLimits: rateLimits(world),
      exchangeFilters: [],
      assets: ['USDT', 'USDC', 'BTC'].map(asset => ({ asset, marginAvailable: true, autoAssetExchange: '-10000' })),
    });
    return new JsonText(`${head.slice(0, -1)},"symbols":${listOf(world)}}`);
  },
};

/** The list of each venue, written anew only when a symbol or a status has changed. */
const LISTS = new WeakMap<World, { readonly version: number; readonly text: string }>();

function listOf(world: World): string {
  const known = LISTS.get(world);
  const { symbols } = world;
  if (known !== undefined && known.version === symbols.version) return known.text;
  const rows = symbols.listed().filter(({ spec }) => spec.documented?.unlisted !== true);
  const text = `[${rows.map(({ spec, status }) => symbolInfoText(spec, status)).join(',')}]`;
  LISTS.set(world, { version: symbols.version, text });
  return text;
}

function rateLimits({ limits }: World): readonly unknown[] {
  return [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
    { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: limits.ordersPerMinute },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPerTenSeconds },
  ];
}

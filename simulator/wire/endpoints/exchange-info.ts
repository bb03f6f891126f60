/** GET /fapi/v1/exchangeInfo: limits, symbols and their filters. It cannot be filtered and is large on the real exchange. */

import type { MarketCode } from '../../engine/symbols/symbols.ts';
import { exchangeTimeMs, type World } from '../../engine/world.ts';
import { openEndpoint } from '../endpoint.ts';
import { symbolInfoText } from '../symbol-info.ts';
import { JsonText } from '../wire.ts';

export const exchangeInfo = openEndpoint({ path: '/fapi/v1/exchangeInfo', weight: 1 }, (world, _params, market) => {
  const head = JSON.stringify({
    timezone: 'UTC',
    serverTime: exchangeTimeMs(world),
    ...(market === 'um' ? { futuresType: 'U_MARGINED', assets: ASSETS } : {}),
    rateLimits: rateLimits(world),
    exchangeFilters: [],
  });
  return new JsonText(`${head.slice(0, -1)},"symbols":${listOf(world, market)}}`);
});

const ASSETS = ['USDT', 'USDC', 'BTC'].map(asset => ({ asset, marginAvailable: true, autoAssetExchange: '-10000' }));

/** The list of each exchange and market, written anew only when a symbol or a status has changed. */
const LISTS = new WeakMap<World, Partial<Record<MarketCode, { readonly version: number; readonly text: string }>>>();

function listOf(world: World, market: MarketCode): string {
  const lists = LISTS.get(world) ?? {};
  const known = lists[market];
  const { symbols } = world;
  if (known !== undefined && known.version === symbols.version) return known.text;
  const rows = symbols.listed(market).filter(({ spec }) => spec.documented?.unlisted !== true);
  const text = `[${rows.map(({ spec, status }) => symbolInfoText(spec, status)).join(',')}]`;
  LISTS.set(world, { ...lists, [market]: { version: symbols.version, text } });
  return text;
}

function rateLimits({ limits }: World): readonly unknown[] {
  return [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
    { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: limits.ordersPerMinute },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPerTenSeconds },
  ];
}

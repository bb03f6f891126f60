/** GET /fapi/v1/klines and what is like it: a market that has stood still at the mark price for as long as it is asked about. */

import { refusal } from '../../../engine/rules/refusal.ts';
import { exchangeTimeMs, symbolOf } from '../../../engine/world.ts';
import type { Endpoint } from '../../endpoint.ts';

const INTERVALS_MS: Readonly<Record<string, number>> = {
  ...{ '1m': 60_000, '3m': 180_000, '5m': 300_000, '15m': 900_000, '30m': 1_800_000, '1h': 3_600_000 },
  ...{ '2h': 7_200_000, '4h': 14_400_000, '6h': 21_600_000, '8h': 28_800_000, '12h': 43_200_000 },
  ...{ '1d': 86_400_000, '3d': 259_200_000, '1w': 604_800_000 },
};
const USUAL_LIMIT = 500;
const MOST = 1_500;

const candles = (path: string): Endpoint => ({
  method: 'GET',
  path,
  security: 'open',
  weight: params => {
    const limit = params.integer('limit') ?? USUAL_LIMIT;
    return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
  },
  answer: (world, params) => {
    const { mark } = symbolOf(world, params.required('symbol'));
    const everyMs = INTERVALS_MS[params.required('interval')];
    if (everyMs === undefined) throw refusal(-1120, 'Invalid interval.');
    const limit = Math.min(MOST, params.integer('limit') ?? USUAL_LIMIT);
    const nowMs = exchangeTimeMs(world);
    const untilMs = Math.min(nowMs, params.integer('endTime') ?? nowMs);
    const lastMs = Math.floor(untilMs / everyMs) * everyMs;
    const startMs = params.integer('startTime');
    const firstMs = startMs === undefined ? lastMs - (limit - 1) * everyMs : Math.ceil(startMs / everyMs) * everyMs;
    const count = Math.max(0, Math.min(limit, Math.floor((lastMs - firstMs) / everyMs) + 1));
    const price = mark.toFixed();
    return Array.from({ length: count }, (_, index) => {
      const openMs = firstMs + index * everyMs;
      const volume = mark.times(10).toFixed();
      return [
        openMs,
        price,
        price,
        price,
        price,
        '10',
        openMs + everyMs - 1,
        volume,
        100,
        '5',
        mark.times(5).toFixed(),
        '0',
      ];
    });
  },
});

/** GET /fapi/v1/fundingRate: what was paid each eight hours, newest last. */
const fundingRate: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/fundingRate',
  security: 'open',
  weight: 1,
  answer: (world, params) => {
    const { symbol, mark } = symbolOf(world, params.required('symbol'));
    const everyMs = INTERVALS_MS['8h'] ?? 0;
    const nowMs = exchangeTimeMs(world);
    const firstMs = params.integer('startTime') ?? nowMs - 10 * everyMs;
    const limit = Math.min(1_000, params.integer('limit') ?? 100);
    const rows = [];
    for (let at = Math.ceil(firstMs / everyMs) * everyMs; at <= nowMs && rows.length < limit; at += everyMs)
      rows.push({ symbol, fundingTime: at, fundingRate: '0.00010000', markPrice: mark.toFixed() });
    return rows;
  },
};

export const CANDLES: readonly Endpoint[] = [
  candles('/fapi/v1/klines'),
  candles('/fapi/v1/markPriceKlines'),
  fundingRate,
];

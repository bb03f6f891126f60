/**
 * What needs no key: ping, time, prices and candles. The simulated market has one price, the mark, and has stood still at
 * it. Deeper levels of a book are only for matching (engine/symbols/book.ts).
 */

import Big from 'big.js';
import { refusalOf } from '../../engine/rules/refusal.ts';
import type { MarketCode, SymbolState } from '../../engine/symbols/symbols.ts';
import { exchangeTimeMs, symbolOf, type World } from '../../engine/world.ts';
import { bySymbol, type Endpoint, openEndpoint } from '../endpoint.ts';
import type { Params } from '../params.ts';
import { exchangeInfo } from './exchange-info.ts';

export const pingGet = openEndpoint({ path: '/fapi/v1/ping', weight: 1 }, () => ({}));

export const timeGet = openEndpoint({ path: '/fapi/v1/time', weight: 1 }, world => ({
  serverTime: exchangeTimeMs(world),
}));

/** The row of the symbol that is sent, or a list of all. */
function each(world: World, params: Params, market: MarketCode, row: (symbol: SymbolState) => object) {
  const name = params.text('symbol');
  return name === undefined ? world.symbols.all(market).map(row) : row(symbolOf(world, name));
}

export const premiumIndex = openEndpoint(
  { path: '/fapi/v1/premiumIndex', weight: bySymbol(1, 10) },
  (world, params, market) =>
    each(world, params, market, ({ symbol, mark }) => {
      const price = mark.toFixed(8);
      return {
        ...{ symbol, markPrice: price, indexPrice: price, estimatedSettlePrice: price },
        ...{ lastFundingRate: '0.00010000', interestRate: '0.00010000', nextFundingTime: 0 },
        time: exchangeTimeMs(world),
      };
    }),
);

/** v2 costs less at the exchange. */
const tickerPrice = (version: 1 | 2): Endpoint =>
  openEndpoint({ path: `/fapi/v${version}/ticker/price`, weight: bySymbol(1, 2) }, (world, params, market) =>
    each(world, params, market, ({ symbol, mark }) => ({
      ...{ symbol, price: mark.toFixed(), time: exchangeTimeMs(world) },
    })),
  );

const DEPTH_SHOWN = '10';

const bookTicker = openEndpoint(
  { path: '/fapi/v1/ticker/bookTicker', weight: bySymbol(2, 5) },
  (world, params, market) =>
    each(world, params, market, state => {
      const [bidPrice, askPrice] = spreadOf(state);
      const timeGet = exchangeTimeMs(world);
      return {
        ...{ symbol: state.symbol, bidPrice, bidQty: DEPTH_SHOWN, askPrice, askQty: DEPTH_SHOWN, timeGet },
        lastUpdateId: timeGet,
      };
    }),
);

const ticker24h = openEndpoint({ path: '/fapi/v1/ticker/24hr', weight: bySymbol(1, 40) }, (world, params, market) =>
  each(world, params, market, ({ symbol, mark }) => {
    const price = mark.toFixed();
    const nowMs = exchangeTimeMs(world);
    return {
      ...{ symbol, priceChange: '0', priceChangePercent: '0.000', weightedAvgPrice: price, lastPrice: price },
      ...{ lastQty: '1', openPrice: price, highPrice: price, lowPrice: price, volume: '1000' },
      ...{ quoteVolume: mark.times(1_000).toFixed(), openTime: nowMs - 86_400_000, closeTime: nowMs },
      ...{ firstId: 1, lastId: 1_000, count: 1_000 },
    };
  }),
);

const weightOfDepth = (params: Params): number => {
  const limit = params.integer('limit') ?? 500;
  return limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20;
};

const depth = openEndpoint({ path: '/fapi/v1/depth', weight: weightOfDepth }, (world, params) => {
  const [bid, ask] = spreadOf(symbolOf(world, params.required('symbol')));
  const nowMs = exchangeTimeMs(world);
  return { lastUpdateId: nowMs, E: nowMs, T: nowMs, bids: [[bid, DEPTH_SHOWN]], asks: [[ask, DEPTH_SHOWN]] };
});

/** A tick apart, around the mark. */
function spreadOf({ mark, spec }: SymbolState): readonly [bid: string, ask: string] {
  const tick = new Big(spec.tickSize ?? '0.0001');
  const below = mark.div(tick).round(0, 0).times(tick);
  return [below.toFixed(), below.plus(tick).toFixed()];
}

const EIGHT_HOURS_MS = 28_800_000;
const INTERVALS_MS: Readonly<Record<string, number>> = {
  ...{ '1m': 60_000, '3m': 180_000, '5m': 300_000, '15m': 900_000, '30m': 1_800_000, '1h': 3_600_000 },
  ...{ '2h': 7_200_000, '4h': 14_400_000, '6h': 21_600_000, '8h': EIGHT_HOURS_MS, '12h': 43_200_000 },
  ...{ '1d': 86_400_000, '3d': 259_200_000, '1w': 604_800_000 },
};
const USUAL_CANDLES = 500;
const MOST_CANDLES = 1_500;

const weightOfCandles = (params: Params): number => {
  const limit = params.integer('limit') ?? USUAL_CANDLES;
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
};

const candles = (name: 'klines' | 'markPriceKlines'): Endpoint =>
  openEndpoint({ path: `/fapi/v1/${name}`, weight: weightOfCandles }, (world, params) => {
    const { mark } = symbolOf(world, params.required('symbol'));
    const everyMs = INTERVALS_MS[params.required('interval')];
    if (everyMs === undefined) throw refusalOf(-1120);
    const limit = Math.min(MOST_CANDLES, params.integer('limit') ?? USUAL_CANDLES);
    const nowMs = exchangeTimeMs(world);
    const untilMs = Math.min(nowMs, params.integer('endTime') ?? nowMs);
    const lastMs = Math.floor(untilMs / everyMs) * everyMs;
    const startMs = params.integer('startTime');
    const firstMs = startMs === undefined ? lastMs - (limit - 1) * everyMs : Math.ceil(startMs / everyMs) * everyMs;
    const count = Math.max(0, Math.min(limit, Math.floor((lastMs - firstMs) / everyMs) + 1));
    const price = mark.toFixed();
    const [volume, takerVolume] = [mark.times(10).toFixed(), mark.times(5).toFixed()];
    return Array.from({ length: count }, (_, index) => {
      const openMs = firstMs + index * everyMs;
      const prices = [price, price, price, price];
      return [openMs, ...prices, '10', openMs + everyMs - 1, volume, 100, '5', takerVolume, '0'];
    });
  });

/** What was paid each eight hours, newest last. */
const fundingRate = openEndpoint({ path: '/fapi/v1/fundingRate', weight: 1 }, (world, params) => {
  const { symbol, mark } = symbolOf(world, params.required('symbol'));
  const nowMs = exchangeTimeMs(world);
  const startMs = params.integer('startTime') ?? nowMs - 10 * EIGHT_HOURS_MS;
  const firstMs = Math.ceil(startMs / EIGHT_HOURS_MS) * EIGHT_HOURS_MS;
  const limit = Math.min(1_000, params.integer('limit') ?? 100);
  const count = Math.max(0, Math.min(limit, Math.floor((nowMs - firstMs) / EIGHT_HOURS_MS) + 1));
  return Array.from({ length: count }, (_, index) => ({
    ...{ symbol, fundingTime: firstMs + index * EIGHT_HOURS_MS, fundingRate: '0.00010000', markPrice: mark.toFixed() },
  }));
});

export const MARKET_DATA: readonly Endpoint[] = [
  ...[pingGet, timeGet, exchangeInfo, premiumIndex, tickerPrice(1), tickerPrice(2), bookTicker, ticker24h, depth],
  ...[candles('klines'), candles('markPriceKlines'), fundingRate],
];

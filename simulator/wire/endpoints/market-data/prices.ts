/**
 * What bots look at before they trade: last price, 24 hours, best bid and ask, depth. The simulated market has one price, the
 * mark: books of more than one level are the matching's own matter and are not shown.
 */

import Big from 'big.js';
import type { SymbolState } from '../../../engine/symbols/symbols.ts';
import { exchangeTimeMs, symbolOf, type World } from '../../../engine/world.ts';
import { bySymbol, type Endpoint } from '../../endpoint.ts';
import type { Params } from '../../params.ts';

const DEPTH_SHOWN = '10';

function each(
  world: World,
  params: Params,
  market: Parameters<World['symbols']['all']>[0],
  row: (symbol: SymbolState) => object,
) {
  const name = params.text('symbol');
  return name === undefined ? world.symbols.all(market).map(row) : row(symbolOf(world, name));
}

/** GET /fapi/v1/ticker/price, and v2, which costs less. */
const tickerPrice = (version: 1 | 2): Endpoint => ({
  method: 'GET',
  path: `/fapi/v${version}/ticker/price`,
  security: 'open',
  weight: bySymbol(1, 2),
  answer: (world, params, market) =>
    each(world, params, market, ({ symbol, mark }) => ({
      ...{ symbol, price: mark.toFixed(), time: exchangeTimeMs(world) },
    })),
});

const bookTicker: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/ticker/bookTicker',
  security: 'open',
  weight: bySymbol(2, 5),
  answer: (world, params, market) =>
    each(world, params, market, state => {
      const [bid, ask] = spreadOf(state);
      return {
        ...{ lastUpdateId: exchangeTimeMs(world), symbol: state.symbol },
        ...{ bidPrice: bid, bidQty: DEPTH_SHOWN, askPrice: ask, askQty: DEPTH_SHOWN, time: exchangeTimeMs(world) },
      };
    }),
};

const ticker24h: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/ticker/24hr',
  security: 'open',
  weight: bySymbol(1, 40),
  answer: (world, params, market) =>
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
};

const depth: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/depth',
  security: 'open',
  weight: params => {
    const limit = params.integer('limit') ?? 500;
    return limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20;
  },
  answer: (world, params) => {
    const [bid, ask] = spreadOf(symbolOf(world, params.required('symbol')));
    const nowMs = exchangeTimeMs(world);
    return { lastUpdateId: nowMs, E: nowMs, T: nowMs, bids: [[bid, DEPTH_SHOWN]], asks: [[ask, DEPTH_SHOWN]] };
  },
};

/** A tick apart, around the mark. */
function spreadOf({ mark, spec }: SymbolState): readonly [bid: string, ask: string] {
  const tick = new Big(spec.tickSize ?? '0.0001');
  const below = mark.div(tick).round(0, 0).times(tick);
  return [below.toFixed(), below.plus(tick).toFixed()];
}

export const PRICES: readonly Endpoint[] = [tickerPrice(1), tickerPrice(2), bookTicker, ticker24h, depth];

/** GET /fapi/v1/exchangeInfo: limits, symbols and their filters. It cannot be filtered and is large on the real venue. */

import { MAX_OPEN_ORDERS } from '../../venue/place-order.ts';
import type { SymbolState } from '../../venue/symbols.ts';
import { venueTimeMs, type World } from '../../venue/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const exchangeInfo: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/exchangeInfo',
  security: 'open',
  weight: 1,
  answer: world => ({
    timezone: 'UTC',
    serverTime: venueTimeMs(world),
    futuresType: 'U_MARGINED',
    rateLimits: rateLimits(world),
    exchangeFilters: [],
    assets: ['USDT', 'USDC', 'BTC'].map(asset => ({ asset, marginAvailable: true, autoAssetExchange: '-10000' })),
    symbols: [...world.symbols.values()].map(symbolInfo),
  }),
};

function rateLimits({ limits }: World): readonly unknown[] {
  return [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
    { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: limits.ordersPerMinute },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPerTenSeconds },
  ];
}

function symbolInfo(symbol: SymbolState): unknown {
  return {
    symbol: symbol.symbol,
    pair: symbol.symbol.split('_')[0],
    contractType: symbol.contractType,
    deliveryDate: symbol.deliveryDateMs,
    onboardDate: symbol.onboardDateMs,
    status: symbol.status,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: symbol.baseAsset,
    quoteAsset: symbol.quoteAsset,
    marginAsset: symbol.marginAsset,
    pricePrecision: symbol.pricePrecision,
    quantityPrecision: symbol.quantityPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: symbol.underlyingType,
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: symbol.marketTakeBound,
    maxMoveOrderLimit: 10_000,
    filters: filters(symbol),
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY'],
  };
}

function filters(symbol: SymbolState): readonly unknown[] {
  return [
    {
      filterType: 'PRICE_FILTER',
      tickSize: symbol.tickSize,
      minPrice: symbol.tickSize,
      maxPrice: symbol.mark.times(100).toFixed(symbol.pricePrecision),
    },
    {
      filterType: 'LOT_SIZE',
      stepSize: symbol.stepSize,
      maxQty: symbol.limitMaxQuantity,
      minQty: symbol.minQuantity,
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: symbol.minQuantity,
      stepSize: symbol.marketStepSize,
      maxQty: symbol.marketMaxQuantity,
    },
    { filterType: 'MAX_NUM_ORDERS', limit: MAX_OPEN_ORDERS },
    { filterType: 'MIN_NOTIONAL', notional: symbol.minNotional },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: symbol.multiplierUp,
      multiplierDown: symbol.multiplierDown,
      multiplierDecimal: '4',
    },
    { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE' },
  ];
}

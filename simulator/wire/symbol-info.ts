/** A symbol as exchangeInfo lists it, which is not always what the exchange enforces. */

import { MAX_OPEN_ORDERS } from '../engine/orders/place-order.ts';
import { type SymbolSpec, type SymbolState, type SymbolStatus, symbolState } from '../engine/symbols/symbols.ts';

/** Written once for each symbol and status: the list is large, and asked for often. */
const WRITTEN = new WeakMap<SymbolSpec, Map<SymbolStatus, string>>();

/** JSON. */
export function symbolInfoText(spec: SymbolSpec, status: SymbolStatus): string {
  const texts = WRITTEN.get(spec) ?? new Map<SymbolStatus, string>();
  WRITTEN.set(spec, texts);
  const known = texts.get(status);
  if (known !== undefined) return known;
  const { documented = {} } = spec;
  const { without: _, unlisted: __, ...said } = documented;
  const text = JSON.stringify(symbolInfo({ ...symbolState(spec), ...said }, documented.status ?? status));
  texts.set(status, text);
  return text;
}

function symbolInfo(symbol: SymbolState, status: SymbolStatus): unknown {
  return {
    ...{ symbol: symbol.symbol, pair: symbol.symbol.split('_')[0], contractType: symbol.contractType },
    ...{ deliveryDate: symbol.deliveryDateMs, onboardDate: symbol.onboardDateMs, liquidationFee: '0.012500' },
    ...(symbol.contractSize === undefined ? { status } : coinFacts(symbol, status)),
    ...{ maintMarginPercent: '2.5000', requiredMarginPercent: '5.0000', triggerProtect: '0.0500' },
    ...{ baseAsset: symbol.baseAsset, quoteAsset: symbol.quoteAsset, marginAsset: symbol.marginAsset },
    ...{ pricePrecision: symbol.pricePrecision, quantityPrecision: symbol.quantityPrecision },
    ...{ baseAssetPrecision: 8, quotePrecision: 8, underlyingType: symbol.underlyingType, underlyingSubType: [] },
    ...{ marketTakeBound: symbol.marketTakeBound, maxMoveOrderLimit: 10_000 },
    filters: filters(symbol).filter(({ filterType }) => symbol.documented.without?.includes(filterType) !== true),
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY'],
  };
}

/** COIN-M, "Exchange Information": the status has another name, and a contract has a size in USD. */
const coinFacts = ({ contractSize }: SymbolState, contractStatus: SymbolStatus) => ({
  contractStatus,
  contractSize: Number(contractSize),
  equalQtyPrecision: 4,
  liquidationFee: '0.010000',
});

type Filter = Readonly<Record<string, unknown>> & { readonly filterType: string };

function filters(symbol: SymbolState): readonly Filter[] {
  return [
    {
      ...{ filterType: 'PRICE_FILTER', tickSize: symbol.tickSize, minPrice: symbol.tickSize },
      maxPrice: symbol.mark.times(100).toFixed(symbol.pricePrecision),
    },
    lotSize('LOT_SIZE', symbol.minQuantity, symbol.limitMaxQuantity, symbol.stepSize),
    lotSize('MARKET_LOT_SIZE', symbol.marketMinQuantity, symbol.marketMaxQuantity, symbol.marketStepSize),
    { filterType: 'MAX_NUM_ORDERS', limit: MAX_OPEN_ORDERS },
    ...(symbol.market === 'um'
      ? [{ filterType: 'MIN_NOTIONAL', notional: symbol.minNotional }]
      : [{ filterType: 'MAX_NUM_ALGO_ORDERS', limit: 20 }]),
    {
      ...{ filterType: 'PERCENT_PRICE', multiplierUp: symbol.multiplierUp, multiplierDown: symbol.multiplierDown },
      multiplierDecimal: '4',
    },
    { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE' },
  ];
}

const lotSize = (filterType: string, minQty: string, maxQty: string, stepSize: string): Filter => ({
  ...{ filterType, minQty, maxQty, stepSize },
});

/** GET /fapi/v1/premiumIndex: the mark price, of a symbol (an object) or of all (an array). */

import type { SymbolState } from '../../engine/symbols/symbols.ts';
import { exchangeTimeMs, symbolOf } from '../../engine/world.ts';
import { bySymbol, type Endpoint } from '../endpoint.ts';

export const premiumIndex: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/premiumIndex',
  security: 'open',
  weight: bySymbol(1, 10),
  answer: (world, params, market) => {
    const row = (symbol: SymbolState) => ({
      symbol: symbol.symbol,
      markPrice: symbol.mark.toFixed(8),
      indexPrice: symbol.mark.toFixed(8),
      estimatedSettlePrice: symbol.mark.toFixed(8),
      lastFundingRate: '0.00010000',
      interestRate: '0.00010000',
      nextFundingTime: 0,
      time: exchangeTimeMs(world),
    });
    const name = params.text('symbol');
    return name === undefined ? world.symbols.all(market).map(row) : row(symbolOf(world, name));
  },
};

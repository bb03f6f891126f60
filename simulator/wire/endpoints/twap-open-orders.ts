/** GET /sapi/v1/algo/futures/openOrders: the TWAP and VP orders that work, of all symbols. On the wallet's host. */

import Big from 'big.js';
import { executedOf, quoteOf, type TwapState } from '../../engine/orders/twap-state.ts';
import { symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import { checkMayTradeFutures } from '../authenticate.ts';
import type { Endpoint } from '../endpoint.ts';
import { exactNumber } from '../exact-number.ts';
import { quantityText } from '../order-json.ts';

export const twapOpenOrders: Endpoint = {
  method: 'GET',
  path: '/sapi/v1/algo/futures/openOrders',
  security: 'signed',
  weight: 1,
  answer: ({ world, account }) => {
    checkMayTradeFutures(account);
    const working = account.twaps.filter(({ status }) => status === 'WORKING');
    return { total: working.length, orders: working.map(twap => json(world, twap)) };
  },
};

function json(world: World, twap: TwapState): unknown {
  const symbol = symbolOf(world, twap.symbol);
  const executed = executedOf(twap);
  const quote = quoteOf(twap);
  return {
    algoId: exactNumber(twap.algoId),
    symbol: twap.symbol,
    side: twap.side,
    positionSide: twap.positionSide,
    totalQty: quantityText(symbol, twap.total),
    executedQty: quantityText(symbol, executed),
    executedAmt: quote.toFixed(8),
    avgPrice: (executed.eq(0) ? new Big(0) : quote.div(executed)).toFixed(symbol.pricePrecision),
    clientAlgoId: twap.clientAlgoId,
    bookTime: toExchangeTime(world, twap.startedAtMs),
    endTime: twap.endedAtMs === undefined ? 0 : toExchangeTime(world, twap.endedAtMs),
    algoStatus: twap.status,
    algoType: twap.type,
    urgency: twap.type === 'VP' ? 'LOW' : '',
  };
}

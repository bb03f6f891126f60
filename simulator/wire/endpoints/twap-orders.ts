/** TWAP and VP orders, on the wallet's host. */

import { averageOf } from '../../engine/orders/order-state.ts';
import { cancelTwap } from '../../engine/orders/twap.ts';
import { executedOf, quoteOf, type TwapState } from '../../engine/orders/twap-state.ts';
import { refusalOf } from '../../engine/rules/refusal.ts';
import { symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import { checkMayTradeFutures } from '../authenticate.ts';
import { type AccountEndpoint, signedEndpoint } from '../endpoint.ts';
import { quantityText } from '../order-json.ts';
import { exactNumber } from '../wire.ts';

/** Those that work, of all symbols. */
const openOrders = signedEndpoint(
  { method: 'GET', path: '/sapi/v1/algo/futures/openOrders', weight: 1 },
  ({ world, account }) => {
    checkMayTradeFutures(account);
    const working = account.twaps.filter(({ status }) => status === 'WORKING');
    return { total: working.length, orders: working.map(twap => twapJson(world, twap)) };
  },
);

function twapJson(world: World, twap: TwapState): unknown {
  const symbol = symbolOf(world, twap.symbol);
  const [executed, quote] = [executedOf(twap), quoteOf(twap)];
  return {
    algoId: exactNumber(twap.algoId),
    ...{ symbol: twap.symbol, side: twap.side, positionSide: twap.positionSide, clientAlgoId: twap.clientAlgoId },
    totalQty: quantityText(symbol, twap.total),
    executedQty: quantityText(symbol, executed),
    executedAmt: quote.toFixed(8),
    avgPrice: averageOf({ executed, quote }).toFixed(symbol.pricePrecision),
    bookTime: toExchangeTime(world, twap.startedAtMs),
    endTime: twap.endedAtMs === undefined ? 0 : toExchangeTime(world, twap.endedAtMs),
    ...{ algoStatus: twap.status, algoType: twap.type, urgency: twap.type === 'VP' ? 'LOW' : '' },
  };
}

/** By algoId, or by clientAlgoId since 2026-08-25. */
const cancel = signedEndpoint(
  { method: 'DELETE', path: '/sapi/v1/algo/futures/order', weight: 1 },
  ({ world, account, params }) => {
    checkMayTradeFutures(account);
    const algoId = params.text('algoId');
    const clientAlgoId = params.id('clientAlgoId');
    if (algoId === undefined && clientAlgoId === undefined) {
      throw refusalOf(-1102, "Param 'algoId' or 'clientAlgoId' must be sent, but both were empty/null!");
    }
    const twap = account.twaps.find(one =>
      algoId === undefined ? one.clientAlgoId === clientAlgoId : one.algoId === algoId,
    );
    if (!cancelTwap(world, account, twap)) throw refusalOf(-20124);
    return { algoId: exactNumber(twap.algoId), success: true, code: 0, msg: 'OK' };
  },
);

export const TWAP_ORDERS: readonly AccountEndpoint[] = [openOrders, cancel];

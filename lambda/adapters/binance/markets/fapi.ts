/** USDⓈ-M Futures: each request of the port as one method of the SDK's USDMClient. The one place that knows both. */

import type { USDMClient } from 'binance/lib/usdm-client.js';
import type { ExchangeRequest } from '../../../core/exchange/request.ts';
import { answerTo } from '../schemas/answers.ts';
import {
  closeParams,
  exactly,
  fillsQuery,
  isOfWallet,
  type MarketApi,
  orderParams,
  orderQuery,
  sendToWallet,
  type WalletRequest,
} from './market-api.ts';

/** A fifth of the liquidator's code. */
export const loadFapi = () => import('binance/lib/usdm-client.js');

export const fapi: MarketApi = {
  load: loadFapi,
  async open(make) {
    const { USDMClient } = await loadFapi();
    const [futures, keyless, wallet] = [make.signed(USDMClient), make.keyless(USDMClient), make.wallet(USDMClient)];
    return {
      send: (request: ExchangeRequest, once) =>
        once(answerTo(request.kind), () =>
          isOfWallet(request) ? sendToWallet(wallet, request) : sendToFapi(futures, keyless, request),
        ),
    };
  },
};

/** What the promise gives is the SDK's view of the outcome; ours is in the call (axios-adapter.ts). */
function sendToFapi(
  futures: USDMClient,
  keyless: USDMClient,
  request: Exclude<ExchangeRequest, WalletRequest>,
): Promise<unknown> {
  switch (request.kind) {
    case 'positions':
      return request.older ? futures.getPositions() : futures.getPositionsV3();
    case 'open-orders':
      return futures.getAllOpenOrders();
    case 'conditional-orders':
      return futures.getOpenAlgoOrders();
    case 'close':
      return futures.submitNewOrder(closeParams(request));
    case 'cancel-orders':
      return futures.cancelAllOpenOrders({ symbol: request.symbol });
    case 'cancel-order':
      return futures.cancelOrder({ symbol: request.symbol, orderId: exactly(request.orderId) });
    case 'cancel-conditionals':
      return futures.cancelAllAlgoOpenOrders({ symbol: request.symbol });
    case 'cancel-conditional':
      return futures.cancelAlgoOrder({ algoId: exactly(request.algoId) });
    case 'order':
      return futures.getOrder(orderQuery(request));
    case 'conditional-order':
      return futures.getAlgoOrder({ algoId: exactly(request.algoId) });
    case 'fills':
      return futures.getAccountTrades(fillsQuery(request));
    case 'rules':
      return keyless.getExchangeInfo();
    case 'server-time':
      return keyless.getServerTime();
    case 'account-config':
      return futures.getFuturesAccountConfig();
    case 'test-order':
      return futures.testOrder(orderParams(request.order));
    case 'margin-orders':
      throw new Error('Only portfolio margin has margin orders beside its futures.');
  }
}

/** Each request of the port as one method of the SDK. The one place that knows both. */

import type { GetOrderParams, NewFuturesOrderParams } from 'binance';
import type { CloseOrder } from '../../core/exchange/model.ts';
import type { ExchangeRequest } from '../../core/exchange/request.ts';
import type { SdkClients } from './sdk-clients.ts';

/** What the promise gives is the SDK's view of the outcome; ours is in the call (call.ts). */
export function sendBySdk({ futures, keyless, wallet }: SdkClients, request: ExchangeRequest): Promise<unknown> {
  switch (request.kind) {
    case 'positions':
      return request.older ? futures.getPositions() : futures.getPositionsV3();
    case 'open-orders':
      return futures.getAllOpenOrders();
    case 'conditional-orders':
      return futures.getOpenAlgoOrders();
    case 'strategy-orders':
      return wallet.getPrivate('sapi/v1/algo/futures/openOrders');
    case 'close':
      return futures.submitNewOrder({ ...orderParams(request.order), ...{ recvWindow: request.recvWindowMs } });
    case 'cancel-orders':
      return futures.cancelAllOpenOrders({ symbol: request.symbol });
    case 'cancel-conditionals':
      return futures.cancelAllAlgoOpenOrders({ symbol: request.symbol });
    case 'cancel-conditional':
      return futures.cancelAlgoOrder({ algoId: exactly(request.algoId) });
    case 'cancel-strategy':
      return wallet.deletePrivate('sapi/v1/algo/futures/order', { algoId: request.algoId });
    case 'order':
      return futures.getOrder({ symbol: request.symbol, ...orderKey(request.by) });
    case 'conditional-order':
      return futures.getAlgoOrder({ algoId: exactly(request.algoId) });
    case 'fills':
      return futures.getAccountTrades({ symbol: request.symbol, ...pageFrom(request.from), limit: LONGEST_PAGE });
    case 'rules':
      return keyless.getExchangeInfo();
    case 'server-time':
      return keyless.getServerTime();
    case 'account-config':
      return futures.getFuturesAccountConfig();
    case 'test-order':
      return futures.testOrder(orderParams(request.order));
    case 'key-permissions':
      return wallet.getPrivate('sapi/v1/account/apiRestrictions');
  }
}

/** The most fills that one page holds; a close of a large position can have many. */
const LONGEST_PAGE = 1_000;

/** The SDK's types want numbers, which cannot hold every ID and every amount; it sends a string digit for digit. */
const exactly = (digits: string): number => digits as unknown as number;

function orderKey(by: { readonly orderId: string } | { readonly clientOrderId: string }): Partial<GetOrderParams> {
  return 'orderId' in by ? { orderId: exactly(by.orderId) } : { origClientOrderId: by.clientOrderId };
}

function pageFrom(from: Extract<ExchangeRequest, { kind: 'fills' }>['from']): {
  orderId?: number;
  fromId?: number;
  startTime?: number;
} {
  if ('orderId' in from) return { orderId: exactly(from.orderId) };
  if ('fillId' in from) return { fromId: exactly(from.fillId) };
  return { startTime: Math.trunc(from.sinceMs) };
}

/**
 * A close order in the words of the New Order page. What is not asked for is absent: the SDK would send `undefined`
 * as a word. Quantity and price go out digit for digit as given.
 */
function orderParams(order: CloseOrder): NewFuturesOrderParams {
  return {
    symbol: order.symbol,
    side: order.side,
    // One-way mode: BOTH is the default. Hedge mode: wrong or missing gives -4061.
    ...(order.positionSide === 'BOTH' ? {} : { positionSide: order.positionSide }),
    ...(order.price === undefined
      ? { type: 'MARKET', quantity: exactly(order.quantity) }
      : { type: 'LIMIT', timeInForce: 'IOC', quantity: exactly(order.quantity), price: exactly(order.price) }),
    // Refused in hedge mode (-1106). In one-way mode it also spares the order the overload throttle (-1008).
    ...(order.reduceOnly ? { reduceOnly: 'true' } : {}),
    newClientOrderId: order.clientOrderId,
    // The default, ACK, says NEW even of an order that was filled at once.
    newOrderRespType: 'RESULT',
  };
}

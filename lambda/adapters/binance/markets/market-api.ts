/**
 * How one market is asked: each request of the port as one call of the SDK, or as two side by side if one page does not show
 * all. Also what all markets share: parameters as the exchange's pages name them, and the few requests to the wallet's host.
 */

import type { ZodMiniType } from 'zod/mini';
import type { CloseOrder } from '../../../core/exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../../core/exchange/request.ts';
import type { Reply } from '../../../ports.ts';
import type { ClientMaker } from '../sdk-clients.ts';
import type { Page } from './join.ts';

/** One call: `send` calls the SDK, `schema` reads the answer. Never throws. */
export type SendOnce = <T>(schema: ZodMiniType<T>, send: () => Promise<unknown>) => Promise<Reply<T>>;

export interface OpenedMarket {
  send(request: ExchangeRequest, once: SendOnce, part: Page): Promise<Reply<AnswerOf[RequestKind]>>;
}

export interface MarketApi {
  /** The market's client of the SDK, loaded while the secret is read and the lock is taken. */
  load(): Promise<unknown>;
  open(make: ClientMaker): Promise<OpenedMarket>;
}

/** The most fills that one page holds; a close of a large position can have many. */
const LONGEST_PAGE = 1_000;

/** The SDK's types want numbers, which cannot hold every ID and every amount; it sends a string digit for digit. */
export const exactly = (digits: string): number => digits as unknown as number;

type OrderRequest = Extract<ExchangeRequest, { kind: 'order' }>;
type FillsRequest = Extract<ExchangeRequest, { kind: 'fills' }>;
type CloseRequest = Extract<ExchangeRequest, { kind: 'close' }>;

export const orderQuery = ({ symbol, by }: Pick<OrderRequest, 'symbol' | 'by'>) => ({
  symbol,
  ...('orderId' in by ? { orderId: exactly(by.orderId) } : { origClientOrderId: by.clientOrderId }),
});

export function fillsQuery({ symbol, from }: FillsRequest): {
  symbol: string;
  orderId?: number;
  fromId?: number;
  startTime?: number;
  limit: number;
} {
  const page = { symbol, limit: LONGEST_PAGE };
  if ('orderId' in from) return { ...page, orderId: exactly(from.orderId) };
  if ('fillId' in from) return { ...page, fromId: exactly(from.fillId) };
  return { ...page, startTime: Math.trunc(from.sinceMs) };
}

export const closeParams = ({ order, recvWindowMs }: CloseRequest) => ({
  ...orderParams(order),
  recvWindow: recvWindowMs,
});

/**
 * A close order in the words of the New Order page. What is not asked for is absent: the SDK would send `undefined`
 * as a word. Quantity and price go out digit for digit as given.
 */
export function orderParams(order: CloseOrder) {
  return {
    symbol: order.symbol,
    side: order.side,
    // One-way mode: BOTH is the default. Hedge mode: wrong or missing gives -4061.
    ...(order.positionSide === 'BOTH' ? {} : { positionSide: order.positionSide }),
    ...(order.price === undefined
      ? ({ type: 'MARKET', quantity: exactly(order.quantity) } as const)
      : ({
          type: 'LIMIT',
          timeInForce: 'IOC',
          quantity: exactly(order.quantity),
          price: exactly(order.price),
        } as const)),
    // Refused in hedge mode (-1106). In one-way mode it also spares the order the overload throttle (-1008).
    ...(order.reduceOnly ? ({ reduceOnly: 'true' } as const) : {}),
    newClientOrderId: order.clientOrderId,
    // The default, ACK, says NEW even of an order that was filled at once.
    newOrderRespType: 'RESULT',
  } as const;
}

/** What every client of the SDK has: a signed call by path. */
export interface PathClient {
  getPrivate(path: string, params?: object): Promise<unknown>;
  deletePrivate(path: string, params?: object): Promise<unknown>;
}

export type WalletRequest =
  | { readonly kind: 'twap-orders' }
  | { readonly kind: 'cancel-twap-order'; readonly algoId: string }
  | { readonly kind: 'key-permissions' };

export const isOfWallet = (request: { readonly kind: RequestKind }): request is WalletRequest =>
  request.kind === 'twap-orders' || request.kind === 'cancel-twap-order' || request.kind === 'key-permissions';

export function sendToWallet(wallet: PathClient, request: WalletRequest): Promise<unknown> {
  switch (request.kind) {
    case 'twap-orders':
      return wallet.getPrivate('sapi/v1/algo/futures/openOrders');
    case 'cancel-twap-order':
      return wallet.deletePrivate('sapi/v1/algo/futures/order', { algoId: request.algoId });
    case 'key-permissions':
      return wallet.getPrivate('sapi/v1/account/apiRestrictions');
  }
}

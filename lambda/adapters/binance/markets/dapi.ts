/**
 * COIN-M Futures, as the engine asks it.
 *
 *   positions            Position Information shows symbols in status TRADING only; the Account page shows the others
 *   conditional orders   in a list of their own, and until they have moved there among the open orders
 *
 * Three endpoints of the algo service are official (CM-UM Integration Notice, C.5). The cancel of all of a symbol and
 * the query are not: where they are gone, each order is cancelled by its ID (core), and time explains what vanished.
 */

import type { CoinMClient } from 'binance/lib/coinm-client.js';
import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import type { AccountConfig, ConditionalOrder, ConditionalState, OpenOrder } from '../../../core/exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../../core/exchange/request.ts';
import type { Reply } from '../../../ports.ts';
import { ANSWERS, answerTo } from '../schemas/answers.ts';
import { flag, identifier, orderFields, rowsSchema, shownDecimal, shownWord } from '../schemas/fields.ts';
import { openOrder } from '../schemas/orders.ts';
import { accountPositions, accountRights, coinPositions, positionMode, positionsOfPages } from './coin-positions.ts';
import { bothPages, joinDone, joinRows, joinValues, type Page } from './join.ts';
import {
  closeParams,
  exactly,
  fillsQuery,
  isOfWallet,
  type MarketApi,
  orderParams,
  orderQuery,
  type SendOnce,
  sendToWallet,
  type WalletRequest,
} from './market-api.ts';

const load = () => import('binance/lib/coinm-client.js');

export const dapi: MarketApi = {
  load,
  async open(make) {
    const { CoinMClient: Client } = await load();
    const [coin, keyless, wallet] = [make.signed(Client), make.keyless(Client), make.wallet(Client)];
    return {
      send: (request, once, part) =>
        isOfWallet(request)
          ? once(answerTo(request.kind), () => sendToWallet(wallet, request))
          : sendDapi(coin, keyless, request, once, part),
    };
  },
};

async function sendDapi(
  coin: CoinMClient,
  keyless: CoinMClient,
  request: Exclude<ExchangeRequest, WalletRequest>,
  once: SendOnce,
  part: Page,
): Promise<Reply<AnswerOf[RequestKind]>> {
  switch (request.kind) {
    case 'positions':
      return positionsOfPages(
        [once(coinPositions, () => coin.getPositions()), once(accountPositions, () => coin.getAccountInformation())],
        part,
      );
    case 'open-orders':
      return once(ordinaryOrders, () => coin.getAllOpenOrders());
    case 'conditional-orders': {
      const [listed, resting] = await bothPages(
        [
          once(ANSWERS['conditional-orders'], () => coin.getOpenAlgoOrders()),
          once(restingStops, () => coin.getAllOpenOrders()),
        ],
        part,
      );
      return joinRows(listed, resting, (algo, stops) => [...algo, ...stops]);
    }
    case 'close':
      return once(ANSWERS.close, () => coin.submitNewOrder(closeParams(request)));
    case 'cancel-orders':
      return once(ANSWERS['cancel-orders'], () => coin.cancelAllOpenOrders({ symbol: request.symbol }));
    case 'cancel-order':
      return cancelOrder(request.symbol, request.orderId);
    case 'cancel-conditionals':
      return joinDone(
        ...(await Promise.all([
          once(ANSWERS['cancel-conditionals'], () =>
            coin.deletePrivate('dapi/v1/algoOpenOrders', { symbol: request.symbol }),
          ),
          once(ANSWERS['cancel-orders'], () => coin.cancelAllOpenOrders({ symbol: request.symbol })),
        ])),
      );
    case 'cancel-conditional': {
      const orderId = orderIdOf(request.algoId);
      if (orderId !== undefined) return cancelOrder(request.symbol, orderId);
      return once(ANSWERS['cancel-conditional'], () => coin.cancelAlgoOrder({ algoId: exactly(request.algoId) }));
    }
    case 'order':
      return once(ANSWERS.order, () => coin.getOrder(orderQuery(request)));
    case 'conditional-order': {
      const { symbol, algoId } = request;
      const orderId = orderIdOf(algoId);
      return orderId === undefined
        ? once(ANSWERS['conditional-order'], () => coin.getPrivate('dapi/v1/algoOrder', { algoId }))
        : once(restingStopState, () => coin.getOrder(orderQuery({ symbol, by: { orderId } })));
    }
    case 'fills':
      return once(ANSWERS.fills, () => coin.getAccountTrades(fillsQuery(request)));
    case 'rules':
      return once(ANSWERS.rules, () => keyless.getExchangeInfo());
    case 'server-time':
      return once(ANSWERS['server-time'], () => keyless.getServerTime());
    case 'account-config': {
      const [rights, mode] = await Promise.all([
        once(accountRights, () => coin.getAccountInformation()),
        once(positionMode, () => coin.getCurrentPositionMode()),
      ]);
      return joinValues(rights, mode, configOf);
    }
    case 'test-order':
      return once(ANSWERS['test-order'], () => coin.postPrivate('dapi/v1/order/test', orderParams(request.order)));
    case 'margin-orders':
      throw new Error('Only portfolio margin has margin orders beside its futures.');
  }

  function cancelOrder(symbol: string, orderId: string) {
    return once(ANSWERS['cancel-order'], () => coin.cancelOrder({ symbol, orderId: exactly(orderId) }));
  }
}

const configOf = (canTrade: boolean, hedgeMode: boolean): AccountConfig => ({
  ...{ canTrade, hedgeMode, multiAssetsMargin: false },
});

/**
 * COIN-M is moving its conditional orders into a list of their own; until then a stop may still be among the open orders,
 * with its trigger price (CM-UM Integration Notice, C.5 and C.6). It is read as a conditional order in either list: the stop
 * of a position that cannot be closed stays. What rests in the book as itself, also once a trigger made it so. Anything else waits for a trigger: STOP, STOP_MARKET,
 * TAKE_PROFIT, TAKE_PROFIT_MARKET, TRAILING_STOP_MARKET, and what may come after them.
 */
const ORDINARY: ReadonlySet<unknown> = new Set(['LIMIT', 'MARKET', 'LIMIT_MAKER', 'LIQUIDATION', '', null, undefined]);
const isStop = ({ type }: { readonly type?: unknown }): boolean => !ORDINARY.has(type);

/** Among the IDs of conditional orders, those that are the IDs of ordinary ones. */
const PREFIX = 'order-';
/** Undefined for an ID of the list of conditional orders. */
const orderIdOf = (algoId: string): string | undefined =>
  algoId.startsWith(PREFIX) ? algoId.slice(PREFIX.length) : undefined;

const ordinaryOrders = rowsSchema<OpenOrder>(openOrder, row => !isStop(row));

const restingStops = rowsSchema<ConditionalOrder>(
  z.pipe(
    z.object({
      ...orderFields,
      orderId: identifier,
      clientOrderId: shownWord,
      type: shownWord,
      origQty: shownDecimal,
      stopPrice: shownDecimal,
      closePosition: flag,
    }),
    z.transform(
      ({ orderId, clientOrderId, origQty: quantity, stopPrice: triggerPrice, ...order }): ConditionalOrder => ({
        ...{ ...order, quantity, triggerPrice, amongOrders: true },
        ...{ algoId: `${PREFIX}${orderId}`, clientAlgoId: clientOrderId },
      }),
    ),
  ),
  isStop,
);

/** What became of such a stop: once it is triggered, it is itself the order that fills. */
const restingStopState = z.pipe(
  z.object({ orderId: identifier, status: z.string(), executedQty: shownDecimal, type: shownWord }),
  z.transform((wire): ConditionalState => {
    const hasFilled = !isZero(wire.executedQty) || wire.status === 'FILLED';
    const isTriggered = hasFilled || (wire.status === 'NEW' && !isStop(wire));
    return { status: wire.status, childOrderId: isTriggered ? wire.orderId : undefined };
  }),
);

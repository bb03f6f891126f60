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
import type { AccountConfig } from '../../../core/exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../../core/exchange/request.ts';
import type { Reply } from '../../../ports.ts';
import { positionsOfPages } from '../coin-positions-pages.ts';
import { ANSWERS, answerTo } from '../fapi/answers.ts';
import { bothPages, joinDone, joinRows, joinValues, type Page } from '../join.ts';
import type { AskOnce, MarketApi } from '../market-api.ts';
import { closeParams, exactly, fillsQuery, orderParams, orderQuery } from '../request-words.ts';
import { accountPositions, accountRights, coinPositions, positionMode } from '../schemas/coin-positions.ts';
import { orderIdOf, ordinaryOrders, restingStopState, restingStops } from '../schemas/resting-stops.ts';
import { isOfWallet, sendToWallet, type WalletRequest } from '../wallet-requests.ts';

const load = () => import('binance/lib/coinm-client.js');

export const dapi: MarketApi = {
  load,
  async open(make) {
    const { CoinMClient: Client } = await load();
    const [coin, keyless, wallet] = [make.signed(Client), make.keyless(Client), make.wallet(Client)];
    return {
      ask: (request, once, part) =>
        isOfWallet(request)
          ? once(answerTo(request.kind), () => sendToWallet(wallet, request))
          : askDapi(coin, keyless, request, once, part),
    };
  },
};

async function askDapi(
  coin: CoinMClient,
  keyless: CoinMClient,
  request: Exclude<ExchangeRequest, WalletRequest>,
  once: AskOnce,
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

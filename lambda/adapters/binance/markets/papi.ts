/** What both markets of portfolio margin share: one client of the SDK. Time and rules are asked of each market's own host. */

import type { PortfolioClient } from 'binance/lib/portfolio-client.js';
import * as z from 'zod/mini';
import type { ConditionalOrder, ConditionalState } from '../../../core/exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../../core/exchange/request.ts';
import type { Reply } from '../../../ports.ts';
import { ANSWERS, answerTo } from '../schemas/answers.ts';
import { identifier, orderFields, rowsSchema, shownDecimal, shownWord } from '../schemas/fields.ts';
import type { ClientClass } from '../sdk-clients.ts';
import type { Page } from './join.ts';
import { isOfWallet, type MarketApi, type SendOnce, sendToWallet, type WalletRequest } from './market-api.ts';

const loadPapi = () => import('binance/lib/portfolio-client.js');

interface Keyless {
  getExchangeInfo(): Promise<unknown>;
  getServerTime(): Promise<unknown>;
}

type SharedKind = 'rules' | 'server-time' | 'margin-orders' | 'test-order';

/** The requests that each market sends in its own way. */
export type SendPapi = (
  client: PortfolioClient,
  request: Exclude<ExchangeRequest, WalletRequest | { kind: SharedKind }>,
  once: SendOnce,
  part: Page,
) => Promise<Reply<AnswerOf[RequestKind]>>;

export const papiMarket = (loadKeyless: () => Promise<ClientClass<Keyless>>, sendPapi: SendPapi): MarketApi => ({
  load: () => Promise.all([loadPapi(), loadKeyless()]),
  async open(make) {
    const [{ PortfolioClient: Client }, KeylessClient] = await Promise.all([loadPapi(), loadKeyless()]);
    const [portfolio, keyless, wallet] = [make.signed(Client), make.keyless(KeylessClient), make.wallet(Client)];
    return {
      async send(request, once, part) {
        if (isOfWallet(request)) return once(answerTo(request.kind), () => sendToWallet(wallet, request));
        switch (request.kind) {
          case 'rules':
            return once(ANSWERS.rules, () => keyless.getExchangeInfo());
          case 'server-time':
            return once(ANSWERS['server-time'], () => keyless.getServerTime());
          case 'margin-orders':
            // The SDK's method demands a symbol.
            return once(ANSWERS['margin-orders'], () => portfolio.getPrivate('papi/v1/margin/openOrders'));
          case 'test-order':
            throw new Error('Portfolio margin has no endpoint that tests an order.');
          default:
            return sendPapi(portfolio, request, once, part);
        }
      },
    };
  },
});

/**
 * Portfolio margin's older conditional orders ("strategies"): all of CM, and those of UM from before they moved to a list of
 * algo orders on 2026-04-28. Among the IDs of conditional orders, theirs have this prefix.
 */
const PREFIX = 'strategy-';
/** Undefined for an ID of the list of algo orders. */
export const olderIdOf = (algoId: string): string | undefined =>
  algoId.startsWith(PREFIX) ? algoId.slice(PREFIX.length) : undefined;

export const olderConditionals = rowsSchema<ConditionalOrder>(
  z.pipe(
    z.object({
      ...orderFields,
      strategyId: identifier,
      newClientStrategyId: shownWord,
      strategyType: shownWord,
      origQty: shownDecimal,
      stopPrice: shownDecimal,
    }),
    z.transform(
      ({ strategyId, newClientStrategyId, strategyType, origQty, stopPrice, ...order }): ConditionalOrder => ({
        ...{ ...order, algoId: `${PREFIX}${strategyId}`, clientAlgoId: newClientStrategyId },
        ...{ type: strategyType, quantity: origQty, triggerPrice: stopPrice, closePosition: false },
      }),
    ),
  ),
);

/** Query Conditional Order History: `orderId` is there once it was triggered. */
export const olderConditionalState = z.pipe(
  z.object({ strategyStatus: z.string(), orderId: z.catch(z.optional(identifier), undefined) }),
  z.transform(
    (wire): ConditionalState => ({
      status: wire.strategyStatus,
      childOrderId:
        wire.orderId === undefined || wire.orderId === '0' || wire.orderId === '' ? undefined : wire.orderId,
    }),
  ),
);

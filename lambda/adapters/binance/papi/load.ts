/** What both markets of portfolio margin share: one client of the SDK. Time and rules are asked of each market's own host. */

import type { PortfolioClient } from 'binance/lib/portfolio-client.js';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../../core/exchange/request.ts';
import type { Reply } from '../../../ports.ts';
import { ANSWERS, answerTo } from '../fapi/answers.ts';
import type { Page } from '../join.ts';
import type { AskOnce, MarketApi } from '../market-api.ts';
import type { ClientClass } from '../sdk-clients.ts';
import { isOfWallet, sendToWallet, type WalletRequest } from '../wallet-requests.ts';

const loadPapi = () => import('binance/lib/portfolio-client.js');

interface Keyless {
  getExchangeInfo(): Promise<unknown>;
  getServerTime(): Promise<unknown>;
}

type SharedKind = 'rules' | 'server-time' | 'margin-orders' | 'test-order';

/** The requests that each market sends in its own way. */
export type AskPapi = (
  client: PortfolioClient,
  request: Exclude<ExchangeRequest, WalletRequest | { kind: SharedKind }>,
  once: AskOnce,
  part: Page,
) => Promise<Reply<AnswerOf[RequestKind]>>;

export const papiMarket = (loadKeyless: () => Promise<ClientClass<Keyless>>, askPapi: AskPapi): MarketApi => ({
  load: () => Promise.all([loadPapi(), loadKeyless()]),
  async open(make) {
    const [{ PortfolioClient: Client }, KeylessClient] = await Promise.all([loadPapi(), loadKeyless()]);
    const [portfolio, keyless, wallet] = [make.signed(Client), make.keyless(KeylessClient), make.wallet(Client)];
    return {
      async ask(request, once, part) {
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
            return askPapi(portfolio, request, once, part);
        }
      },
    };
  },
});

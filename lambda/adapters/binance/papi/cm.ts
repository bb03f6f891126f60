/**
 * Portfolio margin CM, as the engine asks it. Its conditional orders have not moved to the algo service. Positions come
 * from two pages, as in COIN-M.
 */

import type { PortfolioClient } from 'binance/lib/portfolio-client.js';
import type { ExchangeRequest } from '../../../core/exchange/request.ts';
import { positionsOfPages } from '../coin-positions-pages.ts';
import { ANSWERS, answerTo } from '../fapi/answers.ts';
import { joinValues, type Page } from '../join.ts';
import type { AskOnce, MarketApi } from '../market-api.ts';
import { closeParams, exactly, fillsQuery, orderQuery } from '../request-words.ts';
import { accountPositions, coinPositions, positionMode } from '../schemas/coin-positions.ts';
import { strategyConditionals, strategyIdOf, strategyState } from '../schemas/strategy-conditionals.ts';
import { isOfWallet, sendToWallet, type WalletRequest } from '../wallet-requests.ts';
import { loadPapi } from './load.ts';

const loadCoin = () => import('binance/lib/coinm-client.js');

export const papiCm: MarketApi = {
  load: () => Promise.all([loadPapi(), loadCoin()]),
  async open(make) {
    const [{ PortfolioClient: Client }, { CoinMClient }] = await Promise.all([loadPapi(), loadCoin()]);
    const [portfolio, keyless, wallet] = [make.signed(Client), make.keyless(CoinMClient), make.wallet(Client)];
    return {
      async ask(request, once, part) {
        if (isOfWallet(request)) return once(answerTo(request.kind), () => sendToWallet(wallet, request));
        if (request.kind === 'rules') return once(ANSWERS.rules, () => keyless.getExchangeInfo());
        if (request.kind === 'server-time') return once(ANSWERS['server-time'], () => keyless.getServerTime());
        return askCm(portfolio, request, once, part);
      },
    };
  },
};

async function askCm(
  client: PortfolioClient,
  request: Exclude<ExchangeRequest, WalletRequest | { kind: 'rules' | 'server-time' }>,
  once: AskOnce,
  part: Page,
) {
  switch (request.kind) {
    case 'positions':
      return positionsOfPages(
        [once(coinPositions, () => client.getCMPosition()), once(accountPositions, () => client.getCMAccount())],
        part,
      );
    case 'open-orders':
      return once(ANSWERS['open-orders'], () => client.getAllCMOpenOrders({}));
    case 'conditional-orders':
      return once(strategyConditionals, () => client.getCMOpenConditionalOrders({}));
    case 'close':
      return once(ANSWERS.close, () => client.submitNewCMOrder(closeParams(request) as never));
    case 'cancel-orders':
      return once(ANSWERS['cancel-orders'], () => client.cancelAllCMOrders({ symbol: request.symbol }));
    case 'cancel-order':
      return once(ANSWERS['cancel-order'], () =>
        client.cancelCMOrder({ symbol: request.symbol, orderId: exactly(request.orderId) }),
      );
    case 'cancel-conditionals':
      return once(ANSWERS['cancel-conditionals'], () =>
        client.cancelAllCMConditionalOrders({ symbol: request.symbol }),
      );
    case 'cancel-conditional': {
      const strategyId = exactly(strategyIdOf(request.algoId) ?? request.algoId);
      return once(ANSWERS['cancel-order'], () =>
        client.cancelCMConditionalOrder({ symbol: request.symbol, strategyId }),
      );
    }
    case 'order':
      return once(ANSWERS.order, () => client.getCMOrder(orderQuery(request) as never));
    case 'conditional-order': {
      const strategyId = exactly(strategyIdOf(request.algoId) ?? request.algoId);
      return once(strategyState, () => client.getCMConditionalOrderHistory({ symbol: request.symbol, strategyId }));
    }
    case 'fills':
      return once(ANSWERS.fills, () => client.getCMTrades(fillsQuery(request) as never));
    case 'account-config': {
      const [config, hedgeMode] = await Promise.all([
        once(ANSWERS['account-config'], () => client.getUMAccountConfig()),
        once(positionMode, () => client.getCMPositionMode()),
      ]);
      return joinValues(config, hedgeMode, (one, hedge) => ({ ...one, hedgeMode: hedge }));
    }
    case 'margin-orders':
      // The SDK's method demands a symbol.
      return once(ANSWERS['margin-orders'], () => client.getPrivate('papi/v1/margin/openOrders'));
    case 'test-order':
      throw new Error('Portfolio margin has no endpoint that tests an order.');
  }
}

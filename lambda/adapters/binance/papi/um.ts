/**
 * Portfolio margin UM, as the engine asks it. Conditional orders are in the list of algo orders since 2026-04-28; whether
 * the list of before still answers, or holds any, is not confirmed, so both are read and both are cancelled, and one
 * that is gone has nothing.
 */

import type { PortfolioClient } from 'binance/lib/portfolio-client.js';
import type { ExchangeRequest } from '../../../core/exchange/request.ts';
import { ANSWERS, answerTo } from '../fapi/answers.ts';
import { loadFapi } from '../fapi/api.ts';
import { bothPages, joinDone, joinRows, orNothing, type Page } from '../join.ts';
import type { AskOnce, MarketApi } from '../market-api.ts';
import { closeParams, exactly, fillsQuery, orderQuery } from '../request-words.ts';
import { strategyConditionals, strategyIdOf, strategyState } from '../schemas/strategy-conditionals.ts';
import { isOfWallet, sendToWallet, type WalletRequest } from '../wallet-requests.ts';
import { loadPapi } from './load.ts';

export const papiUm: MarketApi = {
  load: () => Promise.all([loadPapi(), loadFapi()]),
  async open(make) {
    const [{ PortfolioClient: Client }, { USDMClient }] = await Promise.all([loadPapi(), loadFapi()]);
    const [portfolio, keyless, wallet] = [make.signed(Client), make.keyless(USDMClient), make.wallet(Client)];
    return {
      async ask(request, once, part) {
        if (isOfWallet(request)) return once(answerTo(request.kind), () => sendToWallet(wallet, request));
        if (request.kind === 'rules') return once(ANSWERS.rules, () => keyless.getExchangeInfo());
        if (request.kind === 'server-time') return once(ANSWERS['server-time'], () => keyless.getServerTime());
        return askUm(portfolio, request, once, part);
      },
    };
  },
};

async function askUm(
  client: PortfolioClient,
  request: Exclude<ExchangeRequest, WalletRequest | { kind: 'rules' | 'server-time' }>,
  once: AskOnce,
  part: Page,
) {
  switch (request.kind) {
    case 'positions':
      return once(ANSWERS.positions, () => client.getUMPosition());
    case 'open-orders':
      return once(ANSWERS['open-orders'], () => client.getAllUMOpenOrders({}));
    case 'conditional-orders': {
      const [algo, older] = await bothPages(
        [
          once(ANSWERS['conditional-orders'], () => client.getUMAlgoOpenOrders()),
          once(strategyConditionals, () => client.getUMOpenConditionalOrders({})),
        ],
        part,
      );
      const ofBefore = algo.ok ? orNothing(older, { rows: [], unread: [] }) : older;
      return joinRows(algo, ofBefore, (one, other) => [...one, ...other]);
    }
    case 'close':
      return once(ANSWERS.close, () => client.submitNewUMOrder(closeParams(request) as never));
    case 'cancel-orders':
      return once(ANSWERS['cancel-orders'], () => client.cancelAllUMOrders({ symbol: request.symbol }));
    case 'cancel-order':
      return once(ANSWERS['cancel-order'], () =>
        client.cancelUMOrder({ symbol: request.symbol, orderId: exactly(request.orderId) }),
      );
    case 'cancel-conditionals': {
      const [algo, older] = await Promise.all([
        once(ANSWERS['cancel-conditionals'], () => client.cancelAllUMAlgoOpenOrders({ symbol: request.symbol })),
        once(ANSWERS['cancel-conditionals'], () => client.cancelAllUMConditionalOrders({ symbol: request.symbol })),
      ]);
      return joinDone(algo, orNothing(older, null));
    }
    case 'cancel-conditional': {
      const { symbol, algoId } = request;
      const strategyId = strategyIdOf(algoId);
      return strategyId === undefined
        ? once(ANSWERS['cancel-order'], () => client.cancelUMAlgoOrder({ algoId: exactly(algoId) }))
        : once(ANSWERS['cancel-order'], () =>
            client.cancelUMConditionalOrder({ symbol, strategyId: exactly(strategyId) }),
          );
    }
    case 'order':
      return once(ANSWERS.order, () => client.getUMOrder(orderQuery(request) as never));
    case 'conditional-order': {
      const { symbol, algoId } = request;
      const strategyId = strategyIdOf(algoId);
      return strategyId === undefined
        ? once(ANSWERS['conditional-order'], () => client.getUMAlgoOrder({ algoId: exactly(algoId) }))
        : once(strategyState, () => client.getUMConditionalOrderHistory({ symbol, strategyId: exactly(strategyId) }));
    }
    case 'fills':
      return once(ANSWERS.fills, () => client.getUMTrades(fillsQuery(request) as never));
    case 'account-config':
      return once(ANSWERS['account-config'], () => client.getUMAccountConfig());
    case 'margin-orders':
      // The SDK's method demands a symbol.
      return once(ANSWERS['margin-orders'], () => client.getPrivate('papi/v1/margin/openOrders'));
    case 'test-order':
      throw new Error('Portfolio margin has no endpoint that tests an order.');
  }
}

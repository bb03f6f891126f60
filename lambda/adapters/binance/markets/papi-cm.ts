/**
 * Portfolio margin CM, as the engine asks it. Its conditional orders have not moved to the algo service. Positions come
 * from two pages, as in COIN-M.
 */

import { ANSWERS } from '../schemas/answers.ts';
import { accountPositions, coinPositions, positionMode, positionsOfPages } from './coin-positions.ts';
import { joinValues } from './join.ts';
import { closeParams, exactly, fillsQuery, orderQuery } from './market-api.ts';
import { olderConditionalState, olderConditionals, olderIdOf, papiMarket, type SendPapi } from './papi.ts';

const sendCm: SendPapi = async (client, request, once, part) => {
  switch (request.kind) {
    case 'positions':
      return positionsOfPages(
        [once(coinPositions, () => client.getCMPosition()), once(accountPositions, () => client.getCMAccount())],
        part,
      );
    case 'open-orders':
      return once(ANSWERS['open-orders'], () => client.getAllCMOpenOrders({}));
    case 'conditional-orders':
      return once(olderConditionals, () => client.getCMOpenConditionalOrders({}));
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
      const strategyId = exactly(olderIdOf(request.algoId) ?? request.algoId);
      return once(ANSWERS['cancel-order'], () =>
        client.cancelCMConditionalOrder({ symbol: request.symbol, strategyId }),
      );
    }
    case 'order':
      return once(ANSWERS.order, () => client.getCMOrder(orderQuery(request) as never));
    case 'conditional-order': {
      const strategyId = exactly(olderIdOf(request.algoId) ?? request.algoId);
      return once(olderConditionalState, () =>
        client.getCMConditionalOrderHistory({ symbol: request.symbol, strategyId }),
      );
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
  }
};

export const papiCm = papiMarket(async () => (await import('binance/lib/coinm-client.js')).CoinMClient, sendCm);

/**
 * Portfolio margin UM, as the engine asks it. Conditional orders are in the list of algo orders since 2026-04-28; whether
 * the list of before still answers, or holds any, is not confirmed, so both are read and both are cancelled, and one
 * that is gone has nothing.
 */

import { ANSWERS } from '../schemas/answers.ts';
import { loadFapi } from './fapi.ts';
import { bothPages, joinDone, joinRows, orNothing } from './join.ts';
import { closeParams, exactly, fillsQuery, orderQuery } from './market-api.ts';
import { olderConditionalState, olderConditionals, olderIdOf, papiMarket, type SendPapi } from './papi.ts';

const sendUm: SendPapi = async (client, request, once, part) => {
  switch (request.kind) {
    case 'positions':
      return once(ANSWERS.positions, () => client.getUMPosition());
    case 'open-orders':
      return once(ANSWERS['open-orders'], () => client.getAllUMOpenOrders({}));
    case 'conditional-orders': {
      const [algo, older] = await bothPages(
        [
          once(ANSWERS['conditional-orders'], () => client.getUMAlgoOpenOrders()),
          once(olderConditionals, () => client.getUMOpenConditionalOrders({})),
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
      const strategyId = olderIdOf(algoId);
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
      const strategyId = olderIdOf(algoId);
      return strategyId === undefined
        ? once(ANSWERS['conditional-order'], () => client.getUMAlgoOrder({ algoId: exactly(algoId) }))
        : once(olderConditionalState, () =>
            client.getUMConditionalOrderHistory({ symbol, strategyId: exactly(strategyId) }),
          );
    }
    case 'fills':
      return once(ANSWERS.fills, () => client.getUMTrades(fillsQuery(request) as never));
    case 'account-config':
      return once(ANSWERS['account-config'], () => client.getUMAccountConfig());
  }
};

export const papiUm = papiMarket(async () => (await loadFapi()).USDMClient, sendUm);

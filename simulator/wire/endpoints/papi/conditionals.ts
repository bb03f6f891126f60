/**
 * Portfolio margin's older conditional orders, the "strategies": all of CM, and those of UM from before 2026-04-28. Which
 * of them an account holds: conditional-state.ts.
 */

import { cancelAllConditionals, cancelConditional } from '../../../engine/orders/cancel.ts';
import { type ConditionalState, isWaiting } from '../../../engine/orders/conditional-state.ts';
import { refusal } from '../../../engine/rules/refusal.ts';
import { isOf, symbolOf, toExchangeTime, type World } from '../../../engine/world.ts';
import { type AccountEndpoint, bySymbol, type Call } from '../../endpoint.ts';
import { exactNumber } from '../../exact-number.ts';
import { priceText, quantityText } from '../../order-json.ts';

type Where = 'um' | 'cm';

/** Of CM all, of UM the older ones. */
const isStrategy = (world: World, market: Where, one: ConditionalState): boolean =>
  isOf(world, market, one.symbol) && (market === 'cm' || one.older);

export function conditionalEndpoints(market: Where): readonly AccountEndpoint[] {
  const access = { market, security: 'signed' } as const;
  const path = `/papi/v1/${market}/conditional`;
  /** 404 where the switch has them gone. */
  const there = <T>(call: Call, method: string, name: string, value: () => T): T => {
    if (market === 'um' && !call.world.rules.olderUmConditionals) {
      throw refusal(-5000, `Path ${path}/${name}, Method ${method} is invalid`);
    }
    return value();
  };
  return [
    {
      ...access,
      ...{ method: 'GET', path: `${path}/openOrders`, weight: bySymbol(1, 40) },
      answer: call =>
        there(call, 'GET', 'openOrders', () => {
          const name = call.params.text('symbol');
          return call.account.conditionals
            .filter(one => isWaiting(one) && isStrategy(call.world, market, one) && (name ?? one.symbol) === one.symbol)
            .map(one => strategyJson(call.world, one));
        }),
    },
    {
      ...access,
      ...{ method: 'DELETE', path: `${path}/allOpenOrders`, weight: 1, queue: 'conditionals' },
      answer: call =>
        there(call, 'DELETE', 'allOpenOrders', () => {
          const { symbol } = symbolOf(call.world, call.params.required('symbol'));
          cancelAllConditionals(call.world, call.account, symbol, one => isStrategy(call.world, market, one));
          // A string, unlike the other cancels.
          return { code: '200', msg: 'The operation of cancel all conditional open order is done.' };
        }),
    },
    {
      ...access,
      ...{ method: 'DELETE', path: `${path}/order`, weight: 1, queue: 'conditionals' },
      answer: call =>
        there(call, 'DELETE', 'order', () =>
          strategyJson(call.world, cancelConditional(call.world, strategyMeant(call, market))),
        ),
    },
    {
      ...access,
      ...{ method: 'GET', path: `${path}/orderHistory`, weight: 1 },
      answer: call =>
        there(call, 'GET', 'orderHistory', () => {
          const strategy = strategyMeant(call, market);
          if (strategy === undefined) throw refusal(-2013);
          const { actualOrderId } = strategy;
          return {
            ...strategyJson(call.world, strategy),
            ...(actualOrderId === '' ? {} : { orderId: exactNumber(actualOrderId), status: 'NEW' }),
          };
        }),
    },
  ];
}

function strategyMeant({ world, account, params }: Call, market: Where): ConditionalState | undefined {
  const { symbol } = symbolOf(world, params.required('symbol'));
  const strategyId = params.text('strategyId');
  return account.conditionals.find(
    one => one.symbol === symbol && one.algoId === strategyId && isStrategy(world, market, one),
  );
}

function strategyJson(world: World, one: ConditionalState) {
  const symbol = symbolOf(world, one.symbol);
  return {
    newClientStrategyId: one.clientAlgoId,
    strategyId: exactNumber(one.algoId),
    strategyStatus: one.status,
    strategyType: one.type,
    origQty: quantityText(symbol, one.quantity),
    price: priceText(symbol, one.price),
    // There is no closePosition here ("New CM Conditional Order"): what the stage armed so is reduce-only.
    reduceOnly: one.reduceOnly || (one.closePosition && one.positionSide === 'BOTH'),
    side: one.side,
    positionSide: one.positionSide,
    stopPrice: priceText(symbol, one.triggerPrice),
    symbol: one.symbol,
    timeInForce: one.timeInForce,
    activatePrice: '',
    priceRate: '',
    bookTime: toExchangeTime(world, one.createdAtMs),
    updateTime: toExchangeTime(world, one.updatedAtMs),
  };
}

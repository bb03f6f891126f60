/**
 * Portfolio margin's older conditional orders, the "strategies": all of CM, and those of UM from before 2026-04-28. Which
 * of them an account holds: conditional-state.ts.
 */

import { cancelAllConditionals, cancelConditional } from '../../../engine/orders/cancel.ts';
import { type ExchangeConditional, isWaiting } from '../../../engine/orders/conditional-state.ts';
import { refusalOf } from '../../../engine/rules/refusal.ts';
import { isOf, symbolOf, toExchangeTime, type World } from '../../../engine/world.ts';
import { type AccountEndpoint, bySymbol, type EndpointCall, noSuchPath, signedEndpoint } from '../../endpoint.ts';
import { priceText, quantityText } from '../../order-json.ts';
import { exactNumber } from '../../wire.ts';

type Where = 'um' | 'cm';

/** Of CM all, of UM the older ones. */
const isStrategy = (world: World, market: Where, one: ExchangeConditional): boolean =>
  isOf(world, market, one.symbol) && (market === 'cm' || one.older);

export function conditionalEndpoints(market: Where): readonly AccountEndpoint[] {
  /** 404 where the switch has them gone. */
  const at = (
    access: Pick<AccountEndpoint, 'method' | 'weight' | 'queue'>,
    name: string,
    answer: AccountEndpoint['answer'],
  ): AccountEndpoint => {
    const path = `/papi/v1/${market}/conditional/${name}`;
    return signedEndpoint({ ...access, path, market }, call => {
      if (market === 'um' && !call.world.rules.olderUmConditionals) throw noSuchPath({ path, method: access.method });
      return answer(call);
    });
  };
  return [
    at({ method: 'GET', weight: bySymbol(1, 40) }, 'openOrders', ({ world, account, params }) => {
      const name = params.text('symbol');
      return account.conditionals
        .filter(one => isWaiting(one) && isStrategy(world, market, one) && (name ?? one.symbol) === one.symbol)
        .map(one => strategyJson(world, one));
    }),
    at({ method: 'DELETE', weight: 1, queue: 'conditionals' }, 'allOpenOrders', ({ world, account, params }) => {
      const { symbol } = symbolOf(world, params.required('symbol'));
      cancelAllConditionals(world, account, symbol, one => isStrategy(world, market, one));
      // A string, unlike the other cancels.
      return { code: '200', msg: 'The operation of cancel all conditional open order is done.' };
    }),
    at({ method: 'DELETE', weight: 1, queue: 'conditionals' }, 'order', call =>
      strategyJson(call.world, cancelConditional(call.world, call.account, strategyMeant(call, market))),
    ),
    at({ method: 'GET', weight: 1 }, 'orderHistory', call => {
      const strategy = strategyMeant(call, market);
      if (strategy === undefined) throw refusalOf(-2013);
      const { actualOrderId } = strategy;
      return {
        ...strategyJson(call.world, strategy),
        ...(actualOrderId === '' ? {} : { orderId: exactNumber(actualOrderId), status: 'NEW' }),
      };
    }),
  ];
}

function strategyMeant({ world, account, params }: EndpointCall, market: Where): ExchangeConditional | undefined {
  const { symbol } = symbolOf(world, params.required('symbol'));
  const strategyId = params.text('strategyId');
  return account.conditionals.find(
    one => one.symbol === symbol && one.algoId === strategyId && isStrategy(world, market, one),
  );
}

function strategyJson(world: World, one: ExchangeConditional) {
  const symbol = symbolOf(world, one.symbol);
  return {
    ...{ strategyId: exactNumber(one.algoId), newClientStrategyId: one.clientAlgoId, symbol: one.symbol },
    ...{ strategyStatus: one.status, strategyType: one.type, side: one.side, positionSide: one.positionSide },
    origQty: quantityText(symbol, one.quantity),
    price: priceText(symbol, one.price),
    stopPrice: priceText(symbol, one.triggerPrice),
    // There is no closePosition here ("New CM Conditional Order"): what a scenario armed with it is reduce-only.
    reduceOnly: one.reduceOnly || (one.closePosition && one.positionSide === 'BOTH'),
    ...{ timeInForce: one.timeInForce, activatePrice: '', priceRate: '' },
    bookTime: toExchangeTime(world, one.createdAtMs),
    updateTime: toExchangeTime(world, one.updatedAtMs),
  };
}

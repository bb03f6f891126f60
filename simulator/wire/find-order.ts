/** Finds an order, or conditional order, by the exchange's ID or the client's. */

import { type ExchangeConditional, isKnown } from '../engine/orders/conditional-state.ts';
import { type ExchangeOrder, isOpenOrder } from '../engine/orders/order-state.ts';
import { refusalOf } from '../engine/rules/refusal.ts';
import { isOf, symbolOf } from '../engine/world.ts';
import type { EndpointCall } from './endpoint.ts';

/** The latest of that ID: a client ID can be used again when its first order has ended. */
export function findOrder({ world, account, params }: EndpointCall): ExchangeOrder | undefined {
  const { symbol } = symbolOf(world, params.required('symbol'));
  const orderId = params.text('orderId');
  const clientOrderId = params.id('origClientOrderId');
  if (orderId === undefined && clientOrderId === undefined) {
    throw refusalOf(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  }
  const found = account.orders.filter(
    order =>
      order.symbol === symbol &&
      (orderId === undefined ? order.clientOrderId === clientOrderId : order.orderId === orderId),
  );
  return found.find(isOpenOrder) ?? found.at(-1);
}

/** By either ID. A new one may not be known yet. */
export function findConditional({ world, account, params, market }: EndpointCall): ExchangeConditional | undefined {
  const algoId = params.text('algoId');
  const clientAlgoId = params.id('clientAlgoId');
  if (algoId === undefined && clientAlgoId === undefined) {
    throw refusalOf(-1102, "Param 'clientAlgoId' or 'algoId' must be sent, but both were empty/null!");
  }
  const nowMs = world.clock.nowMs();
  return account.conditionals.findLast(
    one =>
      (algoId === undefined ? one.clientAlgoId === clientAlgoId : one.algoId === algoId) &&
      !one.older &&
      isOf(world, market, one.symbol) &&
      isKnown(one, nowMs, world.listLag.conditionalsMs),
  );
}

/** A request for the fault script, from its raw parameters, before any check. */

import type { AccountState } from '../engine/accounts/account.ts';
import { closesByForm } from '../engine/orders/order-state.ts';
import type { FaultSubject, Target } from '../engine/rules/fault-script.ts';
import { hostOf } from './endpoint.ts';
import { batchItems } from './params.ts';
import type { WireRequest } from './wire.ts';

type Raw = Readonly<Record<string, unknown>>;

export function faultTargetOf(
  request: WireRequest,
  params: Readonly<Record<string, string>>,
  account: AccountState | undefined,
): Target {
  const orders = ordersIn(request, params);
  return {
    method: request.method,
    path: request.path,
    host: hostOf(request.path),
    subjects: [params, ...orders, ...conditionalsMeant(params, account)],
    account: account?.name,
    exemptFromThrottle: orders.every(isExempt),
  };
}

/** A conditional order is named by its id alone; a fault on its symbol still finds it. */
function conditionalsMeant(params: Raw, account: AccountState | undefined): readonly FaultSubject[] {
  return (account?.conditionals ?? []).filter(
    ({ algoId, clientAlgoId }) => algoId === params.algoId || clientAlgoId === params.clientAlgoId,
  );
}

/** "General Info" on -1008 names these three calls; cancels and everything else are exempt. */
function ordersIn(request: WireRequest, params: Readonly<Record<string, string>>): readonly Raw[] {
  if (request.method !== 'POST') return [];
  if (ORDER_PATH.test(request.path)) return [params];
  return /^\/[fd]api\/v1\/batchOrders$/.test(request.path) ? (batchItems(params.batchOrders ?? '') ?? []) : [];
}

const ORDER_PATH = /^\/(?:[fd]api\/v1|papi\/v1\/[uc]m)\/order(?:\/test)?$/;

/** "General Info": closePosition, BOTH with reduceOnly, LONG+SELL, SHORT+BUY. */
function isExempt(order: Raw): boolean {
  if (String(order.closePosition) === 'true') return true;
  const positionSide = order.positionSide === 'LONG' || order.positionSide === 'SHORT' ? order.positionSide : 'BOTH';
  return closesByForm({
    side: order.side === 'SELL' ? 'SELL' : 'BUY',
    positionSide,
    reduceOnly: String(order.reduceOnly) === 'true',
  });
}

/** Events in an account that a scripted fault causes just before a request is executed. */

import type { AccountState } from '../engine/accounts/account.ts';
import { closeByOthers } from '../engine/accounts/close-by-others.ts';
import { fillResting } from '../engine/orders/matching.ts';
import { isOpenOrder } from '../engine/orders/order-state.ts';
import { trigger } from '../engine/orders/trigger.ts';
import { symbolOf, type World } from '../engine/world.ts';
import type { Effect } from './fault-effect.ts';

type Happening = NonNullable<Effect['happen']>;

/** `params` are those of the request; they name the order of a cancel. */
export function happen(
  world: World,
  account: AccountState,
  params: Readonly<Record<string, string>>,
  happening: Happening,
): void {
  const nowMs = world.clock.nowMs();
  switch (happening.kind) {
    case 'others-close': {
      const { symbol, afterMs = 0 } = happening;
      const close = (atMs: number): void => closeByOthers(world, account, symbol, happening, atMs);
      if (afterMs <= 0) close(nowMs);
      else world.schedule.at(nowMs + afterMs, close);
      return;
    }
    case 'trigger-now':
      for (const conditional of [...account.conditionals]) {
        const meant =
          happening.algoId === undefined
            ? (happening.symbol ?? params.symbol ?? conditional.symbol) === conditional.symbol
            : happening.algoId === conditional.algoId;
        if (conditional.status === 'NEW' && meant) {
          trigger(world, account, conditional, nowMs, happening.settlesAfterMs ?? 0);
        }
      }
      return;
    case 'fill-during-cancel':
      for (const order of [...account.orders]) {
        if (isOpenOrder(order) && isMeant(order, params)) {
          fillResting(world, account, symbolOf(world, order.symbol), order, nowMs);
        }
      }
  }
}

function isMeant(
  order: { readonly symbol: string; readonly orderId: string; readonly clientOrderId: string },
  params: Readonly<Record<string, string>>,
): boolean {
  if (order.symbol !== params.symbol) return false;
  if (params.orderId !== undefined) return order.orderId === params.orderId;
  return params.origClientOrderId === undefined || order.clientOrderId === params.origClientOrderId;
}

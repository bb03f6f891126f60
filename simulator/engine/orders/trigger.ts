/**
 * A conditional order triggers: it leaves its own list and an ordinary order takes its place, which from then on needs
 * the ordinary cancel.
 *
 *   NEW ──► TRIGGERING (cancels get -4117) ──► TRIGGERED, its order rests ──► FINISHED, its order has ended
 *                                          └─► EXPIRED, nothing left to reduce
 */

import type Big from 'big.js';
import type { AccountState } from '../accounts/account.ts';
import { changeConditional } from '../accounts/account-listeners.ts';
import { positionOf, reducible, smaller } from '../accounts/positions.ts';
import { symbolOf, type World } from '../world.ts';
import type { ExchangeConditional } from './conditional-state.ts';
import { match } from './matching.ts';
import { isHedgeClose } from './order-state.ts';
import { accept } from './place-order.ts';

/** Triggers now; with `settlesAfterMs` it stays TRIGGERING for so long first. */
export function trigger(
  world: World,
  account: AccountState,
  conditional: ExchangeConditional,
  atMs: number,
  settlesAfterMs = 0,
): void {
  conditional.triggeredAtMs = atMs;
  changeConditional(account, conditional, 'TRIGGERING', atMs);
  if (settlesAfterMs > 0) {
    world.schedule.at(atMs + settlesAfterMs, dueAtMs => becomeOrder(world, account, conditional, dueAtMs));
  } else {
    becomeOrder(world, account, conditional, atMs);
  }
}

function becomeOrder(world: World, account: AccountState, conditional: ExchangeConditional, atMs: number): void {
  // A closePosition order may have gone with its position while it was triggering.
  if (conditional.status !== 'TRIGGERING') return;
  const symbol = symbolOf(world, conditional.symbol);
  const quantity = quantityNow(account, conditional);
  if (symbol.status !== 'TRADING' || quantity.lte(0)) {
    changeConditional(account, conditional, symbol.status === 'TRADING' ? 'EXPIRED' : 'REJECTED', atMs);
    return;
  }
  const limit = conditional.type === 'STOP' || conditional.type === 'TAKE_PROFIT';
  const order = accept(world, account, {
    ...{ symbol: conditional.symbol, side: conditional.side, positionSide: conditional.positionSide, quantity },
    ...{ type: limit ? 'LIMIT' : 'MARKET', origType: conditional.type, clientOrderId: conditional.clientAlgoId },
    timeInForce: conditional.timeInForce === 'GTE_GTC' ? 'GTC' : conditional.timeInForce,
    ...{ price: conditional.price, stopPrice: conditional.triggerPrice, goodTillMs: conditional.goodTillMs },
    reduceOnly: conditional.reduceOnly || (conditional.closePosition && conditional.positionSide === 'BOTH'),
    closePosition: conditional.closePosition,
    origin: `${conditional.origin}, triggered as order`,
    ...{ overTheWire: conditional.overTheWire, watched: conditional.watched },
  });
  conditional.actualOrderId = order.orderId;
  changeConditional(account, conditional, 'TRIGGERED', atMs);
  match(world, account, symbol, order, atMs);
}

function quantityNow(account: AccountState, conditional: ExchangeConditional): Big {
  const position = reducible(positionOf(account, conditional.symbol, conditional.positionSide), conditional.side);
  if (conditional.closePosition) return position;
  const reduces = conditional.reduceOnly || isHedgeClose(conditional);
  return reduces ? smaller(conditional.quantity, position) : conditional.quantity;
}

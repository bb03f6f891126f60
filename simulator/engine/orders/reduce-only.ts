/**
 * The quantity of an order that may only reduce: nothing without a position, and no more than the part of the position
 * that resting orders have not reserved.
 *
 *   position ──────────────────────────────────┐
 *   resting orders of the same side ─── reserve ┴─► free for this order
 *
 * Source: "Error Codes" -2022 and -4118 (both ask to look at open orders); hedge closes behave so without the flag.
 */

import Big from 'big.js';
import type { AccountState } from '../accounts/account.ts';
import { positionOf, reducible } from '../accounts/positions.ts';
import { refusalOf } from '../rules/refusal.ts';
import type { UnconfirmedRules } from '../rules/unconfirmed.ts';
import { closesByForm, isHedgeClose, isOpenOrder, type OrderForm, remaining } from './order-state.ts';

/** The accepted quantity. An order that is not reduce-only keeps its quantity. */
export function reducingQuantity(
  account: AccountState,
  symbol: string,
  order: OrderForm,
  quantity: Big,
  rules: UnconfirmedRules,
): Big {
  if (!closesByForm(order)) return quantity;
  const position = reducible(positionOf(account, symbol, order.positionSide), order.side);
  if (position.eq(0)) throw refusalOf(-2022);
  const reserved = reservedBy(account, symbol, order, rules);
  if (reserved.gt(0) && quantity.gt(position.minus(reserved))) throw refusalOf(reservedCode(order, rules));
  if (quantity.lte(position)) return quantity;
  if (isHedgeClose(order) || rules.oversizeReduceOnly === 'reject') throw refusalOf(-2022);
  return position;
}

function reservedCode({ positionSide }: OrderForm, { reservedCode: code }: UnconfirmedRules): -2022 | -4118 {
  if (code !== 'by-mode') return code;
  return positionSide === 'BOTH' ? -4118 : -2022;
}

function reservedBy(account: AccountState, symbol: string, order: OrderForm, rules: UnconfirmedRules): Big {
  return account.orders
    .filter(
      resting =>
        isOpenOrder(resting) &&
        resting.symbol === symbol &&
        resting.side === order.side &&
        resting.positionSide === order.positionSide &&
        (closesByForm(resting) || rules.reservedBy === 'all-same-side'),
    )
    .reduce((sum, resting) => sum.plus(remaining(resting)), new Big(0));
}

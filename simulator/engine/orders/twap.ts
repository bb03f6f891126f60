/**
 * TWAP and VP orders of the wallet's host: one order that places child orders on the futures account over time, until
 * its whole quantity is filled or it is cancelled. They are in no list of fapi, and can open a position again.
 *
 *   start ── child ── everyMs ── child ── everyMs ── child … ──► FINISHED, or CANCELLED by DELETE /sapi/…/order
 *
 * Source: "Current Algo Open Orders", "Cancel Algo Order" of the algo trading API.
 */

import Big from 'big.js';
import type { AccountState } from '../accounts/account.ts';
import { positionOf, reducible, smaller } from '../accounts/positions.ts';
import { randomId } from '../seeded-random.ts';
import { symbolOf, type World } from '../world.ts';
import { match } from './matching.ts';
import { type HeldSide, isHedgeClose, type OrderSide } from './order-state.ts';
import { accept } from './place-order.ts';
import { executedOf, type TwapState } from './twap-state.ts';

export interface TwapSpec {
  readonly symbol: string;
  readonly side: OrderSide;
  /** Needed in hedge mode. */
  readonly positionSide?: HeldSide;
  readonly totalQuantity: string;
  readonly childQuantity: string;
  readonly everyMs: number;
  /** Until the first child; default `everyMs`. */
  readonly firstAfterMs?: number;
  readonly type?: 'TWAP' | 'VP';
  readonly clientAlgoId?: string;
}

/** When a child arrives that was on its way as its order was cancelled, where the switch says that it does. */
const IN_FLIGHT_MS = 100;

export function startTwap(world: World, account: AccountState, spec: TwapSpec, atMs: number): TwapState {
  symbolOf(world, spec.symbol);
  const positionSide = spec.positionSide ?? 'BOTH';
  if (account.hedgeMode === (positionSide === 'BOTH')) {
    throw new Error(`${spec.symbol}: a ${positionSide} order does not fit the position mode of ${account.name}.`);
  }
  world.lastTwapId += 1n;
  const twap: TwapState = {
    algoId: String(world.lastTwapId),
    clientAlgoId: spec.clientAlgoId ?? `${randomId(world.random)}${randomId(world.random)}`.slice(0, 32),
    type: spec.type ?? 'TWAP',
    symbol: spec.symbol,
    side: spec.side,
    positionSide,
    total: new Big(spec.totalQuantity),
    child: new Big(spec.childQuantity),
    everyMs: spec.everyMs,
    startedAtMs: atMs,
    children: [],
    status: 'WORKING',
    endedAtMs: undefined,
  };
  account.twaps.push(twap);
  const next = (dueAtMs: number): void => {
    if (twap.status !== 'WORKING') return;
    placeChild(world, account, twap, dueAtMs);
    if (executedOf(twap).gte(twap.total)) finish(twap, 'FINISHED', dueAtMs);
    else world.schedule.at(dueAtMs + twap.everyMs, next);
  };
  world.schedule.at(atMs + (spec.firstAfterMs ?? spec.everyMs), next);
  return twap;
}

/** False when it has ended already. A child that is on its way may still come (see unconfirmed.ts). */
export function cancelTwap(world: World, account: AccountState, twap: TwapState | undefined): twap is TwapState {
  if (twap?.status !== 'WORKING') return false;
  const nowMs = world.clock.nowMs();
  finish(twap, 'CANCELLED', nowMs);
  if (world.rules.algoCancelLeavesChild) {
    world.schedule.at(nowMs + IN_FLIGHT_MS, atMs => placeChild(world, account, twap, atMs));
  }
  return true;
}

function finish(twap: TwapState, status: 'FINISHED' | 'CANCELLED', atMs: number): void {
  twap.status = status;
  twap.endedAtMs = atMs;
}

/** Nothing is placed while the symbol does not trade, or where a hedge close has nothing to close. */
function placeChild(world: World, account: AccountState, twap: TwapState, atMs: number): void {
  const symbol = symbolOf(world, twap.symbol);
  const left = smaller(twap.child, twap.total.minus(executedOf(twap)));
  const position = positionOf(account, twap.symbol, twap.positionSide);
  const quantity = isHedgeClose(twap) ? smaller(left, reducible(position, twap.side)) : left;
  if (symbol.status !== 'TRADING' || quantity.lte(0)) return;
  const order = accept(world, account, {
    ...{ symbol: twap.symbol, side: twap.side, positionSide: twap.positionSide },
    ...{ type: 'MARKET', quantity, origin: twap.type },
  });
  twap.children.push(order);
  match(world, account, symbol, order, atMs);
}

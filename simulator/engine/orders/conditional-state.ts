/**
 * A conditional ("algo") order: NEW until its trigger, TRIGGERING for a moment, then an ordinary order exists and this
 * one is TRIGGERED or FINISHED. Listed by openAlgoOrders only.
 */

import type Big from 'big.js';
import type { HeldSide, OrderSide, TimeInForce } from './order-state.ts';

/** The types that moved from `POST order` to the algo service on 2025-12-09 (change log of 2025-11-06). */
const CONDITIONAL_TYPES = ['STOP_MARKET', 'TAKE_PROFIT_MARKET', 'STOP', 'TAKE_PROFIT', 'TRAILING_STOP_MARKET'] as const;
export type ConditionalType = (typeof CONDITIONAL_TYPES)[number];

type ConditionalStatus = 'NEW' | 'TRIGGERING' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** What it is, from its placement on. */
export interface ConditionalTerms {
  readonly clientAlgoId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly positionSide: HeldSide;
  readonly type: ConditionalType;
  readonly timeInForce: TimeInForce;
  /** GTD only, by the clock. */
  readonly goodTillMs: number | undefined;
  /** Zero with closePosition. */
  readonly quantity: Big;
  readonly triggerPrice: Big;
  /** The limit price of STOP and TAKE_PROFIT, else zero. */
  readonly price: Big;
  readonly workingType: 'CONTRACT_PRICE' | 'MARK_PRICE';
  readonly priceProtect: boolean;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly activatePrice: Big | undefined;
  /** Percent. */
  readonly callbackRate: Big | undefined;
}

export interface ExchangeConditional extends ConditionalTerms {
  readonly algoId: string;
  /**
   * It is from before the move to the algo service. COIN-M lists it among the open orders, portfolio margin UM in a list of
   * its own.
   */
  readonly older: boolean;
  readonly origin: string;
  /** Whether a client sent it. */
  readonly overTheWire: boolean;
  readonly watched: boolean;
  readonly createdAtMs: number;
  status: ConditionalStatus;
  /** The best price since activation, for trailing stops. */
  extreme: Big | undefined;
  actualOrderId: string;
  triggeredAtMs: number | undefined;
  updatedAtMs: number;
}

/** Still in the list of open conditional orders. */
export const isWaiting = (conditional: ExchangeConditional): boolean =>
  conditional.status === 'NEW' || conditional.status === 'TRIGGERING';

export const isConditionalType = (type: string): type is ConditionalType =>
  CONDITIONAL_TYPES.some(known => known === type);

/** A conditional order as a list that is `lagMs` behind shows it; undefined: not in the list. */
export function shownConditional(
  one: ExchangeConditional,
  nowMs: number,
  lagMs: number,
): ExchangeConditional | undefined {
  if (!isKnown(one, nowMs, lagMs)) return undefined;
  if (isWaiting(one)) return one;
  return one.updatedAtMs > nowMs - lagMs ? { ...one, status: 'NEW', actualOrderId: '' } : undefined;
}

/** Whether the algo service knows it yet: a fresh one was unknown for up to a minute (freqtrade#12681). */
export const isKnown = (one: ExchangeConditional, nowMs: number, lagMs: number): boolean =>
  !one.overTheWire || one.createdAtMs <= nowMs - lagMs;

/**
 * The requests the adapter can make: where each goes and how its answer is read. One table, so that what flatline
 * may ask of an account can be read at a glance.
 */

import type * as z from 'zod/mini';
import type { RequestTrace } from '../../ports.ts';
import { accountConfig } from './schemas/account-config.ts';
import { accepted, cancelled } from './schemas/acknowledgement.ts';
import { exchangeRules } from './schemas/exchange-rules.ts';
import { keyPermissions } from './schemas/key-permissions.ts';
import { openConditionals } from './schemas/open-conditionals.ts';
import { openOrders } from './schemas/open-orders.ts';
import { positions } from './schemas/positions.ts';
import { receipt } from './schemas/receipt.ts';
import { serverTime } from './schemas/server-time.ts';
import { trades } from './schemas/trades.ts';

export interface Endpoint<T> {
  readonly method: RequestTrace['method'];
  readonly path: string;
  /** Signed requests carry the key; public ones carry nothing of the account. */
  readonly signed: boolean;
  readonly answer: z.ZodMiniType<T>;
}

export const ENDPOINTS = {
  positions: { method: 'GET', path: '/fapi/v3/positionRisk', signed: true, answer: positions },
  openOrders: { method: 'GET', path: '/fapi/v1/openOrders', signed: true, answer: openOrders },
  openConditionals: { method: 'GET', path: '/fapi/v1/openAlgoOrders', signed: true, answer: openConditionals },
  cancelOrders: { method: 'DELETE', path: '/fapi/v1/allOpenOrders', signed: true, answer: cancelled },
  cancelConditionals: { method: 'DELETE', path: '/fapi/v1/algoOpenOrders', signed: true, answer: cancelled },
  cancelConditional: { method: 'DELETE', path: '/fapi/v1/algoOrder', signed: true, answer: cancelled },
  place: { method: 'POST', path: '/fapi/v1/order', signed: true, answer: receipt },
  trades: { method: 'GET', path: '/fapi/v1/userTrades', signed: true, answer: trades },
  rules: { method: 'GET', path: '/fapi/v1/exchangeInfo', signed: false, answer: exchangeRules },
  syncClock: { method: 'GET', path: '/fapi/v1/time', signed: false, answer: serverTime },
  accountConfig: { method: 'GET', path: '/fapi/v1/accountConfig', signed: true, answer: accountConfig },
  testOrder: { method: 'POST', path: '/fapi/v1/order/test', signed: true, answer: accepted },
  // The wallet's, on another host than all others.
  keyPermissions: { method: 'GET', path: '/sapi/v1/account/apiRestrictions', signed: true, answer: keyPermissions },
} as const satisfies Record<string, Endpoint<unknown>>;

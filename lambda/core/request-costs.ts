/**
 * Each request flatline makes of the exchange: its kind and its price. Weights count per IP and minute, orders per
 * account and 10 s / minute. Source: each endpoint's page under USDⓈ-M Futures, "IP Weight".
 */

import type { Operation } from './next-step.ts';

export interface RequestKind {
  readonly name: string;
  readonly operation: Operation;
  readonly weight: number;
  readonly orders: number;
}

export const REQUESTS = {
  positions: { name: 'positions', operation: 'read', weight: 5, orders: 0 },
  openOrders: { name: 'open_orders', operation: 'read', weight: 40, orders: 0 },
  openConditionals: { name: 'open_conditional_orders', operation: 'read', weight: 40, orders: 0 },
  cancelOrders: { name: 'cancel_orders', operation: 'cancel', weight: 1, orders: 0 },
  cancelConditionals: { name: 'cancel_conditional_orders', operation: 'cancel', weight: 1, orders: 0 },
  cancelConditional: { name: 'cancel_conditional_order', operation: 'cancel', weight: 1, orders: 0 },
  place: { name: 'close_position', operation: 'order', weight: 0, orders: 1 },
  trades: { name: 'trades', operation: 'read', weight: 5, orders: 0 },
  rules: { name: 'exchange_rules', operation: 'read', weight: 1, orders: 0 },
  syncClock: { name: 'server_time', operation: 'read', weight: 1, orders: 0 },
  accountConfig: { name: 'account_config', operation: 'read', weight: 5, orders: 0 },
  testOrder: { name: 'test_order', operation: 'read', weight: 1, orders: 0 },
  keyPermissions: { name: 'key_permissions', operation: 'read', weight: 1, orders: 0 },
} as const satisfies Record<string, RequestKind>;

/** The documented limits of production (exchangeInfo, rateLimits); the demo host allows more. */
export const DEFAULT_LIMITS = { weightPerMinute: 2_400, ordersPerTenSeconds: 300, ordersPerMinute: 1_200 } as const;

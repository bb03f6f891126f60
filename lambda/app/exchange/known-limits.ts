/** What is known of the exchange's limits: per pool of APIs, per API, and per account. */

import {
  type Flow,
  type Flows,
  OPEN_FLOW,
  OPEN_FLOWS,
  otherApiRefused,
  type SentRequest,
} from '../../core/exchange/flow.ts';
import { type Api, PORTFOLIO_LIMITS, type Pool } from '../../core/exchange/market.ts';
import type { RateLimits } from '../../core/exchange/model.ts';
import { DEFAULT_LIMITS } from '../../core/exchange/request.ts';
import { createRateWindow, type RateWindow } from './rate-window.ts';

/** Shared by all accounts of an address, whichever API they use. */
export interface PoolLimits {
  readonly limits: RateLimits;
  readonly weight: RateWindow;
  readonly out: Set<SentRequest>;
  readonly apis: Map<Api, ApiLimits>;
}

/** One API may refuse while another of the same pool accepts, so refusals and waits are kept per API. */
export interface ApiLimits {
  /** Closed by refusals; the pool counts what was used. */
  readonly closed: RateWindow;
  readonly out: Set<SentRequest>;
  flows: Flows;
  openAtMs: number;
  /** Refusals since `sinceMs`, those that came together counted as one. */
  refusals: { readonly sinceMs: number; readonly times: number };
}

export interface AccountLimits {
  readonly tenSeconds: RateWindow;
  readonly minute: RateWindow;
  /** Orders of this account on their way, and how many may be. */
  readonly orders: Set<SentRequest>;
  ordersFlow: Flow;
  /** Order-limit refusals since an order last passed; `untilMs`: end of the wait after the last of them. */
  ordersRefused: { readonly untilMs: number; readonly times: number } | undefined;
  ordersClosedUntilMs: number;
}

export const createPoolLimits = (pool: Pool): PoolLimits => ({
  limits: pool === 'portfolio' ? PORTFOLIO_LIMITS : DEFAULT_LIMITS,
  weight: createRateWindow(60_000),
  ...{ out: new Set(), apis: new Map() },
});

/** An API that is first used after another API of the pool was refused starts with a probe. */
export function createApiLimits({ apis }: PoolLimits): ApiLimits {
  const refusedAtMs = Math.max(...[...apis.values()].map(api => api.flows.refusedAtMs));
  const isRefused = [...apis.values()].some(api => api.flows !== OPEN_FLOWS);
  return {
    ...{ closed: createRateWindow(60_000), out: new Set(), openAtMs: 0, refusals: { sinceMs: 0, times: 0 } },
    flows: isRefused ? otherApiRefused(OPEN_FLOWS, refusedAtMs) : OPEN_FLOWS,
  };
}

export const createAccountLimits = (): AccountLimits => ({
  ...{ tenSeconds: createRateWindow(10_000), minute: createRateWindow(60_000), orders: new Set() },
  ...{ ordersFlow: OPEN_FLOW, ordersRefused: undefined, ordersClosedUntilMs: 0 },
});

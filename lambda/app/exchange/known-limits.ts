/** What is known of the exchange's limits: per pool of APIs, per API, and per account, in windows of fixed length. */

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

/** The exchange's clock may be this much behind ours, so a window ends this much later by our clock. */
const CLOCK_SLACK_MS = 300;

export interface RateWindow {
  /** What may still be sent of `limit`. */
  left(limit: number, nowMs: number): number;
  /** When more of `limit` is free: at the end of a requested wait, or when the next window begins. */
  freeAtMs(limit: number, nowMs: number): number;
  send(cost: number): void;
  /** `reported`: the exchange's figure; without it our own count is used. */
  arrive(cost: number, reported: number | undefined, nowMs: number): void;
  /** Refused: full for the requested wait, or to the window's end. Returns when that is over. */
  close(nowMs: number, waitMs: number | undefined): number;
  used(): number;
  /** The part that we sent ourselves. */
  own(nowMs: number): number;
  /** Both instants lie in one window. */
  isSame(oneMs: number, otherMs: number): boolean;
}

/** `lengthMs` divides the time since the epoch, as the exchange's own windows do. */
function createRateWindow(lengthMs: number): RateWindow {
  let index = 0;
  let settled = 0;
  let closedUntilMs = 0;
  let pending = 0;
  let own = 0;

  const indexAt = (atMs: number): number => Math.floor((atMs - CLOCK_SLACK_MS) / lengthMs);
  const roll = (nowMs: number): void => {
    const current = indexAt(nowMs);
    if (current === index) return;
    index = current;
    settled = 0;
    own = 0;
  };
  const endMs = (): number => (index + 1) * lengthMs + CLOCK_SLACK_MS;
  return {
    left(limit, nowMs) {
      roll(nowMs);
      return closedUntilMs > nowMs ? 0 : Math.max(0, limit - settled - pending);
    },
    freeAtMs(limit, nowMs) {
      roll(nowMs);
      const isFull = settled + pending >= limit;
      return closedUntilMs > nowMs && !isFull ? closedUntilMs : Math.max(closedUntilMs, endMs());
    },
    send(cost) {
      pending += cost;
      own += cost;
    },
    arrive(cost, reported, nowMs) {
      roll(nowMs);
      pending -= cost;
      settled = Math.max(settled, reported ?? settled + cost);
    },
    close(nowMs, waitMs) {
      roll(nowMs);
      closedUntilMs = Math.max(closedUntilMs, waitMs === undefined ? endMs() : nowMs + waitMs);
      return closedUntilMs;
    },
    used: () => settled,
    own(nowMs) {
      roll(nowMs);
      return own;
    },
    isSame: (oneMs, otherMs) => indexAt(oneMs) === indexAt(otherMs),
  };
}

/**
 * What the exchange's limits leave, by what its response headers say: weight belongs to the address, orders to the
 * account. It lives as long as the container, so a wait that one invocation was told holds for the next one too.
 *
 *   used = what the exchange last reported for this window + what is on its way and not reported yet
 *
 * After a 429 or 418 nothing goes out before the told time: who goes on is banned, or banned for longer. After it one
 * request goes out alone, and only when it passes do others follow (core/exchange/flow.ts). For the kinds of request that
 * are refused again a wait that was told too short doubles with each refusal, up to a minute; orders that are refused again after their ten seconds wait for the end of the
 * minute.
 * Instants are epoch ms.
 */

import type { Failure } from '../../core/exchange/failure.ts';
import {
  addressPassed,
  addressRefused,
  closedUntilMs,
  type Flows,
  isAnyRefused,
  isNews,
  MOST_AT_ONCE,
  OPEN_FLOW,
  OPEN_FLOWS,
  passed,
  refused,
  refusedElsewhere,
  type Sent,
} from '../../core/exchange/flow.ts';
import { leftOf, leftOfAll } from '../../core/exchange/flow-left.ts';
import { PORTFOLIO_LIMITS, type Pool } from '../../core/exchange/market.ts';
import type { RateLimits } from '../../core/exchange/model.ts';
import { DEFAULT_LIMITS, type RequestCost } from '../../core/exchange/request.ts';
import type { Room } from '../../core/exchange/room.ts';
import type { ToldWait } from '../../core/exchange/told-waits.ts';
import type { Usage } from '../../ports.ts';
import { createRateWindow } from './rate-window.ts';

/** Of one account at one host. Each request that was sent ends once: answered, refused or lost. */
export interface RateLimiter {
  room(nowMs: number): Room;
  sent(cost: RequestCost, nowMs: number): Sent;
  /** The exchange answered, whatever it was. */
  answered(sent: Sent, usage: Usage, nowMs: number): void;
  /** The exchange refused the request for its limits. */
  refused(sent: Sent, usage: Usage, failure: Failure, nowMs: number): void;
  /** Nothing was heard of it. */
  lost(sent: Sent, nowMs: number): void;
  /** What somebody else would have to know; undefined where nothing was refused since something passed. */
  told(nowMs: number): ToldWait | undefined;
  /** What somebody else was told. It never shortens a wait of our own. */
  begin(told: ToldWait, nowMs: number): void;
  /** Weight used in this minute, as last reported. */
  weightUsed(): number;
}

/** Those of a container: weight shared by host, orders by host and account. */
export interface RateLimiters {
  of(pool: Pool, account: string): RateLimiter;
}

/** As what the exchange itself tells (adapters/binance/wire-answer.ts). */
const LONGEST_TOLD_MS = 7 * 86_400_000;

/** A ban whose length is not told: the shortest there is (General Info, "Limits"). */
const SHORTEST_BAN_MS = 120_000;

export function createRateLimiters(): RateLimiters {
  const hosts = new Map<string, HostLimits>();
  const limiters = new Map<string, RateLimiter>();
  return {
    of(host, account) {
      const shared = hosts.get(host) ?? createHostLimits(host);
      hosts.set(host, shared);
      const name = `${host} ${account}`;
      const limiter = limiters.get(name) ?? createLimiter(shared);
      limiters.set(name, limiter);
      return limiter;
    },
  };
}

/** What all accounts of an address share at one host. */
interface HostLimits {
  readonly limits: RateLimits;
  readonly weight: ReturnType<typeof createRateWindow>;
  readonly out: Set<Sent>;
  flows: Flows;
  openAtMs: number;
  /** Refusals since `sinceMs`, those that came together counted as one. */
  refusals: { readonly sinceMs: number; readonly times: number };
}

const createHostLimits = (pool: Pool): HostLimits => ({
  limits: pool === 'portfolio' ? PORTFOLIO_LIMITS : DEFAULT_LIMITS,
  weight: createRateWindow(60_000),
  out: new Set(),
  flows: OPEN_FLOWS,
  openAtMs: 0,
  refusals: { sinceMs: 0, times: 0 },
});

function createLimiter(host: HostLimits): RateLimiter {
  const tenSeconds = createRateWindow(10_000);
  const minute = createRateWindow(60_000);
  /** Orders of this account that are on their way, and how many may be, as its own limits allow. */
  const orders = new Set<Sent>();
  let ordersFlow = OPEN_FLOW;
  /** No order passed since the last refusal for their number, which closed the ten seconds until then. */
  let ordersRefusedUntilMs: number | undefined;
  let ordersClosedUntilMs = 0;
  const arrive = (sent: Sent, usage: Usage, nowMs: number): void => {
    const { cost } = sent;
    host.out.delete(sent);
    orders.delete(sent);
    host.weight.arrive(cost.weight, usage.weightLastMinute, nowMs);
    tenSeconds.arrive(cost.orders, usage.ordersLastTenSeconds, nowMs);
    minute.arrive(cost.orders, usage.ordersLastMinute, nowMs);
  };

  return {
    room(nowMs) {
      const { weight, limits } = host;
      const inTenSeconds = tenSeconds.left(limits.ordersPerTenSeconds, nowMs);
      const inMinute = minute.left(limits.ordersPerMinute, nowMs);
      const flows = leftOfAll(host.flows, host.out, nowMs);
      // Of one account alone: its orders probe for themselves.
      const own = leftOf(ordersFlow, [...orders], nowMs);
      return {
        openAtMs: Math.max(host.openAtMs, closedUntilMs(host.flows)),
        slots: MOST_AT_ONCE - host.out.size,
        flows,
        weightLimit: limits.weightPerMinute,
        weightLeft: weight.left(limits.weightPerMinute, nowMs),
        weightFreeAtMs: weight.freeAtMs(nowMs),
        ordersLeft: Math.min(inTenSeconds, inMinute, own.left),
        ordersFreeAtMs:
          own.freeAtMs ?? (inMinute <= inTenSeconds ? minute.freeAtMs(nowMs) : tenSeconds.freeAtMs(nowMs)),
      };
    },
    sent(cost, nowMs) {
      const sent = { cost, atMs: nowMs };
      host.out.add(sent);
      if (cost.orders > 0) orders.add(sent);
      host.weight.send(cost.weight);
      tenSeconds.send(cost.orders);
      minute.send(cost.orders);
      return sent;
    },
    answered(sent, usage, nowMs) {
      arrive(sent, usage, nowMs);
      host.flows = addressPassed(host.flows, sent);
      if (sent.cost.orders === 0) return;
      if (isNews(ordersFlow, sent)) ordersRefusedUntilMs = undefined;
      ordersFlow = passed(ordersFlow, sent);
    },
    refused(sent, usage, { reason, retryAfterMs }, nowMs) {
      arrive(sent, usage, nowMs);
      // Of a request that is no order it speaks about the address, whatever its code.
      if (reason === 'order-limit' && sent.cost.orders > 0) {
        if (isNews(ordersFlow, sent)) ordersFlow = refused(nowMs, 0);
        const isAgain = ordersRefusedUntilMs !== undefined && nowMs >= ordersRefusedUntilMs;
        const minuteUntilMs = isAgain ? minute.close(nowMs, undefined) : 0;
        ordersRefusedUntilMs = tenSeconds.close(nowMs, retryAfterMs);
        ordersClosedUntilMs = Math.max(ordersClosedUntilMs, minuteUntilMs, ordersRefusedUntilMs);
        return;
      }
      if (isNews(host.flows, sent)) host.refusals = afterRefusal(host, nowMs);
      const isBan = reason === 'ip-ban';
      const openAtMs = host.weight.close(nowMs, isBan ? (retryAfterMs ?? SHORTEST_BAN_MS) : retryAfterMs);
      const toldMs = openAtMs - nowMs;
      const grownMs = isBan || retryAfterMs === undefined ? toldMs : grownWaitMs(toldMs, host.refusals.times);
      host.flows = addressRefused(host.flows, sent, { toldMs, grownMs }, nowMs);
      host.openAtMs = Math.max(host.openAtMs, openAtMs);
    },
    lost: (sent, nowMs) => arrive(sent, {}, nowMs),
    told(nowMs) {
      const addressUntilMs = Math.max(host.openAtMs, closedUntilMs(host.flows));
      const isAddress = addressUntilMs > nowMs || host.flows.others.probing !== 'no';
      const isOrders = ordersClosedUntilMs > nowMs || ordersFlow.probing !== 'no';
      if (!isAddress && !isOrders) return undefined;
      return {
        ...(isAddress ? { addressUntilMs: Math.max(1, addressUntilMs) } : {}),
        ...(isOrders ? { ordersUntilMs: Math.max(1, ordersClosedUntilMs) } : {}),
      };
    },
    begin({ addressUntilMs, ordersUntilMs }, nowMs) {
      const latestMs = nowMs + LONGEST_TOLD_MS;
      if (addressUntilMs !== undefined) {
        host.openAtMs = Math.max(host.openAtMs, Math.min(latestMs, addressUntilMs));
        host.flows = refusedElsewhere(host.flows, host.openAtMs, nowMs);
      }
      if (ordersUntilMs === undefined) return;
      if (ordersFlow === OPEN_FLOW) ordersFlow = refused(nowMs, 0);
      const waitMs = Math.min(latestMs, ordersUntilMs) - nowMs;
      if (waitMs > 0) ordersClosedUntilMs = Math.max(ordersClosedUntilMs, tenSeconds.close(nowMs, waitMs));
    },
    weightUsed: () => host.weight.used(),
  };
}

/** The longest of the exchange's windows: a wait that was told too short is over then. */
const MINUTE_MS = 60_000;

const grownWaitMs = (toldMs: number, times: number): number =>
  Math.max(toldMs, Math.min(MINUTE_MS, toldMs * 2 ** (times - 1)));

/** A minute without a refusal ends the count, but not while no request of the refused kind has passed. */
const afterRefusal = ({ refusals, flows }: HostLimits, nowMs: number): HostLimits['refusals'] => {
  return isAnyRefused(flows) || nowMs - refusals.sinceMs < MINUTE_MS
    ? { sinceMs: refusals.sinceMs, times: refusals.times + 1 }
    : { sinceMs: nowMs, times: 1 };
};

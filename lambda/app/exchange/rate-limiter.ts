/**
 * What the exchange's limits leave, by what its response headers say: weight belongs to the address, orders to the
 * account. It lives as long as the container, so a wait that one invocation was told holds for the next one too.
 *
 *   used = what the exchange last reported for this window + what is on its way and not reported yet
 *
 * After a 429 or 418 nothing goes out before the told time: who goes on is banned, or banned for longer. A wait that was
 * told too short doubles with each refusal of the minute; orders that are refused again after their ten seconds wait for
 * the end of the minute. A refusal also halves how many requests may be on their way, because others share the limits;
 * each answer after it allows one more.
 * Instants are epoch ms.
 */

import type { Failure } from '../../core/exchange/failure.ts';
import { PORTFOLIO_LIMITS, type Pool } from '../../core/exchange/market.ts';
import type { RateLimits } from '../../core/exchange/model.ts';
import { DEFAULT_LIMITS, type RequestCost } from '../../core/exchange/request.ts';
import type { Room } from '../../core/exchange/room.ts';
import type { Usage } from '../../ports.ts';
import { createRateWindow } from './rate-window.ts';

/** Of one account at one host. */
export interface RateLimiter {
  room(nowMs: number): Room;
  sent(cost: RequestCost): void;
  /** Each request that was sent is answered once, also when it was given up. */
  answered(cost: RequestCost, usage: Usage, nowMs: number): void;
  /** In place of `answered`: the exchange refused the request for its limits. */
  refused(cost: RequestCost, usage: Usage, failure: Failure, nowMs: number): void;
  setLimits(limits: RateLimits): void;
  /** Weight used in this minute, as last reported. */
  weightUsed(): number;
}

/** Those of a container: weight shared by host, orders by host and account. */
export interface RateLimiters {
  of(pool: Pool, account: string): RateLimiter;
}

/** Of 300 closes half: each further half costs a round trip. A cold function pays a handshake for each. */
const MAX_IN_FLIGHT = 160;
/** After a refusal, by which the exchange shows that it is near its limits, half of this at most. */
const WARNED_IN_FLIGHT = 50;
const MIN_IN_FLIGHT = 4;
const BURST_MS = 1_000;
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
  limits: RateLimits;
  readonly weight: ReturnType<typeof createRateWindow>;
  inFlight: number;
  mayFly: number;
  warnedUntilMs: number;
  openAtMs: number;
  /** Refusals in the minute that began at `sinceMs`, those that came together counted as one. */
  refused: { readonly sinceMs: number; readonly times: number };
}

const createHostLimits = (pool: Pool): HostLimits => ({
  limits: pool === 'portfolio' ? PORTFOLIO_LIMITS : DEFAULT_LIMITS,
  weight: createRateWindow(60_000),
  inFlight: 0,
  mayFly: MAX_IN_FLIGHT,
  warnedUntilMs: 0,
  openAtMs: 0,
  refused: { sinceMs: 0, times: 0 },
});

function createLimiter(host: HostLimits): RateLimiter {
  const tenSeconds = createRateWindow(10_000);
  const minute = createRateWindow(60_000);
  /** No order passed since the last refusal for their number, which closed the ten seconds until then. */
  let ordersRefusedUntilMs: number | undefined;
  const arrive = (cost: RequestCost, usage: Usage, nowMs: number): void => {
    host.inFlight -= 1;
    host.weight.arrive(cost.weight, usage.weightLastMinute, nowMs);
    tenSeconds.arrive(cost.orders, usage.ordersLastTenSeconds, nowMs);
    minute.arrive(cost.orders, usage.ordersLastMinute, nowMs);
  };

  return {
    room(nowMs) {
      const { limits, weight } = host;
      const inTenSeconds = tenSeconds.left(limits.ordersPerTenSeconds, nowMs);
      const inMinute = minute.left(limits.ordersPerMinute, nowMs);
      return {
        openAtMs: host.openAtMs,
        slots: host.mayFly - host.inFlight,
        weightLimit: limits.weightPerMinute,
        weightLeft: weight.left(limits.weightPerMinute, nowMs),
        weightFreeAtMs: weight.freeAtMs(nowMs),
        ordersLeft: Math.min(inTenSeconds, inMinute),
        ordersFreeAtMs: inMinute <= inTenSeconds ? minute.freeAtMs(nowMs) : tenSeconds.freeAtMs(nowMs),
      };
    },
    sent(cost) {
      host.inFlight += 1;
      host.weight.send(cost.weight);
      tenSeconds.send(cost.orders);
      minute.send(cost.orders);
    },
    answered(cost, usage, nowMs) {
      arrive(cost, usage, nowMs);
      host.mayFly = Math.min(MAX_IN_FLIGHT, host.mayFly + 1);
      if (cost.orders > 0) ordersRefusedUntilMs = undefined;
    },
    refused(cost, usage, { reason, retryAfterMs }, nowMs) {
      arrive(cost, usage, nowMs);
      // Once for all that were on their way when the first of them was refused.
      if (nowMs >= host.warnedUntilMs) {
        host.refused = afterRefusal(host.refused, nowMs);
        host.mayFly = Math.max(MIN_IN_FLIGHT, Math.floor(Math.min(host.mayFly, WARNED_IN_FLIGHT) / 2));
        host.warnedUntilMs = nowMs + BURST_MS;
      }
      // Of a request that is no order it speaks about the address, whatever its code.
      if (reason === 'order-limit' && cost.orders > 0) {
        if (ordersRefusedUntilMs !== undefined && nowMs >= ordersRefusedUntilMs) minute.close(nowMs, undefined);
        ordersRefusedUntilMs = tenSeconds.close(nowMs, retryAfterMs);
        return;
      }
      const grownMs = retryAfterMs === undefined ? undefined : retryAfterMs * 2 ** (host.refused.times - 1);
      const waitMs = reason === 'ip-ban' ? (retryAfterMs ?? SHORTEST_BAN_MS) : grownMs;
      host.openAtMs = Math.max(host.openAtMs, host.weight.close(nowMs, waitMs));
    },
    setLimits(limits) {
      host.limits = limits;
    },
    weightUsed: () => host.weight.used(),
  };
}

const MINUTE_MS = 60_000;

const afterRefusal = ({ sinceMs, times }: HostLimits['refused'], nowMs: number): HostLimits['refused'] =>
  nowMs - sinceMs < MINUTE_MS ? { sinceMs, times: times + 1 } : { sinceMs: nowMs, times: 1 };

/**
 * What the exchange's limits leave, by its response headers: weight belongs to the address, orders to the account. It lives
 * as long as the container, so a requested wait also holds for the next invocation.
 *
 *   used = what the exchange last reported for this window + what is on its way and not reported yet
 *
 * After a 429 or 418 nothing is sent before the time that the exchange set. Then one request is sent alone; others follow
 * when it passes (core/exchange/flow.ts). If a kind of request is refused again, its wait doubles, up to a minute. The same
 * holds for an account that sent too many orders; without `retryAfterMs` they wait to the end of the ten-second window, after
 * a second refusal to the end of the minute.
 */

import type { Failure } from '../../core/exchange/failure.ts';
import {
  addressPassed,
  addressRefused,
  closedUntilMs,
  flowLeft,
  isAnyRefused,
  isNewer,
  leftOfAll,
  MOST_REQUESTS_OUT,
  OPEN_FLOW,
  OPEN_FLOWS,
  otherApiRefused,
  passed,
  refused,
  type SentRequest,
} from '../../core/exchange/flow.ts';
import { type Api, POOL_OF_API, type Pool } from '../../core/exchange/market.ts';
import type { RateLimits } from '../../core/exchange/model.ts';
import type { RequestCost } from '../../core/exchange/request.ts';
import type { RequestedWait } from '../../core/exchange/requested-waits.ts';
import type { Room } from '../../core/exchange/room.ts';
import type { Usage } from '../../ports.ts';
import {
  type AccountLimits,
  type ApiLimits,
  createAccountLimits,
  createApiLimits,
  createPoolLimits,
  type PoolLimits,
} from './known-limits.ts';

/** Of one account at one API. Each request that was sent ends once: answered, refused or lost. */
export interface RateLimiter {
  room(nowMs: number): Room;
  sent(cost: RequestCost, nowMs: number): SentRequest;
  /** The exchange answered, successfully or not. */
  answered(sent: SentRequest, usage: Usage, nowMs: number): void;
  /** The exchange refused the request for its limits. */
  refused(sent: SentRequest, usage: Usage, failure: Failure, nowMs: number): void;
  /** There was no answer. */
  lost(sent: SentRequest, nowMs: number): void;
  /** Waits and used weight for the next attempt; undefined if nothing is refused and at most a quarter is used. */
  requestedWait(nowMs: number): RequestedWait | undefined;
  /** Adopts the waits of another attempt; never shortens a wait. */
  begin(wait: RequestedWait, nowMs: number): void;
  /** Weight used in this minute, as last reported. */
  weightUsed(): number;
}

/** Of a container: weight per pool, orders per pool and account, refusals per API. */
export interface RateLimiters {
  of(api: Api, account: string): RateLimiter;
}

/** If more than this share of the weight is left, the used weight is not passed on. */
const USED_SHARE = 0.75;

/** As for the waits of an answer (adapters/binance/response.ts). */
const LONGEST_WAIT_MS = 7 * 86_400_000;

/** A ban without a length: the shortest there is (General Info, "Limits"). */
const SHORTEST_BAN_MS = 120_000;

export function createRateLimiters(): RateLimiters {
  const pools = new Map<Pool, PoolLimits>();
  const accounts = new Map<string, AccountLimits>();
  const limiters = new Map<string, RateLimiter>();
  return {
    of(api, account) {
      const pool = POOL_OF_API[api];
      const shared = kept(pools, pool, () => createPoolLimits(pool));
      const own = kept(accounts, `${pool} ${account}`, createAccountLimits);
      const ofApi = kept(shared.apis, api, () => createApiLimits(shared));
      return kept(limiters, `${api} ${account}`, () => createLimiter(shared, ofApi, own));
    },
  };
}

function kept<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function createLimiter(pool: PoolLimits, api: ApiLimits, own: AccountLimits): RateLimiter {
  const { limits, weight } = pool;
  const { tenSeconds, minute, orders } = own;
  const openAtMs = (): number => Math.max(api.openAtMs, closedUntilMs(api.flows));
  const arrive = (sent: SentRequest, usage: Usage, nowMs: number): void => {
    const { cost } = sent;
    pool.out.delete(sent);
    api.out.delete(sent);
    orders.delete(sent);
    weight.arrive(cost.weight, usage.weightLastMinute, nowMs);
    tenSeconds.arrive(cost.orders, usage.ordersLastTenSeconds, nowMs);
    minute.arrive(cost.orders, usage.ordersLastMinute, nowMs);
  };

  /** Headers say that others used up the order limit, but no order of ours was refused: send one close at a time anyway. */
  const isReportedFull = (nowMs: number): boolean =>
    own.ordersRefused === undefined &&
    // Reported by the exchange, perhaps to the attempt before.
    own.ordersClosedUntilMs <= nowMs &&
    orders.size === 0 &&
    tenSeconds.own(nowMs) < limits.ordersPerTenSeconds * MOSTLY &&
    minute.own(nowMs) < limits.ordersPerMinute * MOSTLY;

  return {
    room(nowMs) {
      const inTenSeconds = tenSeconds.left(limits.ordersPerTenSeconds, nowMs);
      const inMinute = minute.left(limits.ordersPerMinute, nowMs);
      const isClosed = api.closed.left(limits.weightPerMinute, nowMs) === 0;
      const flows = leftOfAll(api.flows, api.out, nowMs);
      // Of one account only: its orders probe for themselves.
      const ofOrders = flowLeft(own.ordersFlow, [...orders], nowMs);
      return {
        openAtMs: openAtMs(),
        slots: MOST_REQUESTS_OUT - pool.out.size,
        flows,
        weightLimit: limits.weightPerMinute,
        weightLeft: isClosed ? 0 : weight.left(limits.weightPerMinute, nowMs),
        weightFreeAtMs: isClosed
          ? api.closed.freeAtMs(limits.weightPerMinute, nowMs)
          : weight.freeAtMs(limits.weightPerMinute, nowMs),
        ordersLeft: Math.max(Math.min(inTenSeconds, inMinute, ofOrders.left), isReportedFull(nowMs) ? 1 : 0),
        ordersFreeAtMs:
          ofOrders.freeAtMs ??
          (inMinute <= inTenSeconds
            ? minute.freeAtMs(limits.ordersPerMinute, nowMs)
            : tenSeconds.freeAtMs(limits.ordersPerTenSeconds, nowMs)),
      };
    },
    sent(cost, nowMs) {
      const sent = { cost, atMs: nowMs };
      pool.out.add(sent);
      api.out.add(sent);
      if (cost.orders > 0) orders.add(sent);
      weight.send(cost.weight);
      tenSeconds.send(cost.orders);
      minute.send(cost.orders);
      return sent;
    },
    answered(sent, usage, nowMs) {
      arrive(sent, plausible(usage, limits), nowMs);
      api.flows = addressPassed(api.flows, sent);
      if (sent.cost.orders === 0) return;
      if (isNewer(own.ordersFlow, sent)) own.ordersRefused = undefined;
      own.ordersFlow = passed(own.ordersFlow, sent);
    },
    refused(sent, usage, { reason, retryAfterMs }, nowMs) {
      arrive(sent, usage, nowMs);
      // For a request that is no order the refusal concerns the address, whatever its code.
      if (reason === 'order-limit' && sent.cost.orders > 0) {
        if (isNewer(own.ordersFlow, sent)) own.ordersFlow = refused(nowMs, 0);
        const before = own.ordersRefused;
        const isAgain = before !== undefined && nowMs >= before.untilMs;
        const times = (before?.times ?? 0) + (before === undefined || isAgain ? 1 : 0);
        const minuteUntilMs = isAgain && retryAfterMs === undefined ? minute.close(nowMs, undefined) : 0;
        const waitMs = retryAfterMs === undefined ? undefined : grownWaitMs(retryAfterMs, times);
        const untilMs = tenSeconds.close(nowMs, waitMs);
        own.ordersRefused = { untilMs, times };
        own.ordersClosedUntilMs = Math.max(own.ordersClosedUntilMs, minuteUntilMs, untilMs);
        return;
      }
      const isFirst = isNewer(api.flows, sent);
      if (isFirst) api.refusals = afterRefusal(api, nowMs);
      const isBan = reason === 'ip-ban';
      const untilMs = api.closed.close(nowMs, isBan ? (retryAfterMs ?? SHORTEST_BAN_MS) : retryAfterMs);
      const requestedMs = untilMs - nowMs;
      const grownMs = isBan || retryAfterMs === undefined ? requestedMs : grownWaitMs(requestedMs, api.refusals.times);
      api.flows = addressRefused(api.flows, sent, { requestedMs, grownMs }, nowMs);
      api.openAtMs = Math.max(api.openAtMs, untilMs);
      if (!isFirst) return;
      for (const other of pool.apis.values()) if (other !== api) other.flows = otherApiRefused(other.flows, nowMs);
    },
    lost: (sent, nowMs) => arrive(sent, {}, nowMs),
    requestedWait(nowMs) {
      const addressUntilMs = openAtMs();
      const isAddress = addressUntilMs > nowMs || api.flows.others.probing !== 'no';
      const isOrders = own.ordersClosedUntilMs > nowMs || own.ordersFlow.probing !== 'no';
      const isUsed = weight.left(limits.weightPerMinute, nowMs) < limits.weightPerMinute * USED_SHARE;
      if (!isAddress && !isOrders && !isUsed) return undefined;
      return {
        ...(isAddress ? { addressUntilMs: Math.max(1, addressUntilMs) } : {}),
        ...(isOrders ? { ordersUntilMs: Math.max(1, own.ordersClosedUntilMs) } : {}),
        ...(isUsed ? { used: { weight: weight.used(), atMs: nowMs } } : {}),
      };
    },
    begin({ addressUntilMs, ordersUntilMs, used }, nowMs) {
      if (used !== undefined && weight.isSame(used.atMs, nowMs)) weight.arrive(0, used.weight, nowMs);
      const latestMs = nowMs + LONGEST_WAIT_MS;
      if (addressUntilMs !== undefined) {
        api.openAtMs = Math.max(api.openAtMs, Math.min(latestMs, addressUntilMs));
        if (api.flows === OPEN_FLOWS) api.flows = otherApiRefused(OPEN_FLOWS, nowMs);
      }
      if (ordersUntilMs === undefined) return;
      if (own.ordersFlow === OPEN_FLOW) own.ordersFlow = refused(nowMs, 0);
      const waitMs = Math.min(latestMs, ordersUntilMs) - nowMs;
      if (waitMs > 0) own.ordersClosedUntilMs = Math.max(own.ordersClosedUntilMs, tenSeconds.close(nowMs, waitMs));
    },
    weightUsed: () => weight.used(),
  };
}

/** Beyond the limit the exchange refuses, so a higher figure under any other answer is not of this limit. */
function plausible({ weightLastMinute, ...others }: Usage, { weightPerMinute }: RateLimits): Usage {
  const isBeyond = weightLastMinute !== undefined && weightLastMinute > weightPerMinute;
  return isBeyond || weightLastMinute === undefined ? others : { ...others, weightLastMinute };
}

/** Share of an order limit: if we sent less than this, others used the limit up. */
const MOSTLY = 0.5;

/** The exchange's longest window: a requested wait that was too short is over then. */
const MINUTE_MS = 60_000;

const grownWaitMs = (requestedMs: number, times: number): number =>
  Math.max(requestedMs, Math.min(MINUTE_MS, requestedMs * 2 ** (times - 1)));

/** A minute without a refusal ends the count, unless no request of the refused kind has passed. */
const afterRefusal = ({ refusals, flows }: ApiLimits, nowMs: number): ApiLimits['refusals'] =>
  isAnyRefused(flows) || nowMs - refusals.sinceMs < MINUTE_MS
    ? { sinceMs: refusals.sinceMs, times: refusals.times + 1 }
    : { sinceMs: nowMs, times: 1 };

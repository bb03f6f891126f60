/**
 * What the exchange's limits leave, by what its response headers say: weight belongs to the address, orders to the
 * account. It lives as long as the container, so a wait that one invocation was told holds for the next one too.
 *
 *   used = what the exchange last reported for this window + what is on its way and not reported yet
 *
 * After a 429 or 418 nothing goes out before the told time: who goes on is banned, or banned for longer. After it one
 * request goes out alone, and only when it passes do others follow (core/exchange/flow.ts). For the kinds of request that
 * are refused again a wait that was told too short doubles with each refusal, up to a minute; so it does for orders of an
 * account that sent too many, and where nobody told their wait it is ten seconds, and then the end of the minute.
 * Instants are epoch ms.
 */

import type { Failure } from '../../core/exchange/failure.ts';
import {
  addressPassed,
  addressRefused,
  closedUntilMs,
  type Flow,
  type Flows,
  isAnyRefused,
  isNews,
  MOST_AT_ONCE,
  OPEN_FLOW,
  OPEN_FLOWS,
  otherDoorRefused,
  passed,
  refused,
  type Sent,
} from '../../core/exchange/flow.ts';
import { leftOf, leftOfAll } from '../../core/exchange/flow-left.ts';
import { type Door, PORTFOLIO_LIMITS, type Pool } from '../../core/exchange/market.ts';
import type { RateLimits } from '../../core/exchange/model.ts';
import { DEFAULT_LIMITS, type RequestCost } from '../../core/exchange/request.ts';
import type { Room } from '../../core/exchange/room.ts';
import type { Usage } from '../../ports.ts';
import { createRateWindow, type RateWindow } from './rate-window.ts';

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
  /** Weight used in this minute, as last reported. */
  weightUsed(): number;
}

/** Those of a container: weight shared by all doors to a pool, orders by pool and account, refusals by door. */
export interface RateLimiters {
  of(pool: Pool, account: string, door?: Door): RateLimiter;
}

/** A ban whose length is not told: the shortest there is (General Info, "Limits"). */
const SHORTEST_BAN_MS = 120_000;

export function createRateLimiters(): RateLimiters {
  const pools = new Map<Pool, PoolLimits>();
  const accounts = new Map<string, AccountLimits>();
  const limiters = new Map<string, RateLimiter>();
  return {
    of(pool, account, door = FIRST_DOOR[pool]) {
      const shared = kept(pools, pool, () => createPoolLimits(pool));
      const own = kept(accounts, `${pool} ${account}`, createAccountLimits);
      return kept(limiters, `${door} ${account}`, () =>
        createLimiter(
          shared,
          kept(shared.doors, door, () => createDoorLimits(shared)),
          own,
        ),
      );
    },
  };
}

const FIRST_DOOR: Readonly<Record<Pool, Door>> = { futures: 'fapi', portfolio: 'papi', wallet: 'wallet' };

function kept<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** What all accounts of an address share, whichever door they go in by. */
interface PoolLimits {
  readonly limits: RateLimits;
  readonly weight: RateWindow;
  readonly out: Set<Sent>;
  readonly doors: Map<Door, DoorLimits>;
}

/** Who is turned away at one door may be let in by another: what was told there holds there. */
interface DoorLimits {
  /** Closed by refusals; what was used is counted by the pool. */
  readonly closed: RateWindow;
  readonly out: Set<Sent>;
  flows: Flows;
  openAtMs: number;
  /** Refusals since `sinceMs`, those that came together counted as one. */
  refusals: { readonly sinceMs: number; readonly times: number };
}

interface AccountLimits {
  readonly tenSeconds: RateWindow;
  readonly minute: RateWindow;
  /** Orders of this account that are on their way, and how many may be, as its own limits allow. */
  readonly orders: Set<Sent>;
  ordersFlow: Flow;
  /** Refusals for their number since an order last passed; the last one closed the ten seconds until then. */
  ordersRefused: { readonly untilMs: number; readonly times: number } | undefined;
}

const createPoolLimits = (pool: Pool): PoolLimits => ({
  limits: pool === 'portfolio' ? PORTFOLIO_LIMITS : DEFAULT_LIMITS,
  weight: createRateWindow(60_000),
  ...{ out: new Set(), doors: new Map() },
});

/** One that is used for the first time after another one was refused begins with a probe as well. */
function createDoorLimits({ doors }: PoolLimits): DoorLimits {
  const refusedAtMs = Math.max(...[...doors.values()].map(door => door.flows.refusedAtMs));
  const isRefused = [...doors.values()].some(door => door.flows !== OPEN_FLOWS);
  return {
    ...{ closed: createRateWindow(60_000), out: new Set(), openAtMs: 0, refusals: { sinceMs: 0, times: 0 } },
    flows: isRefused ? otherDoorRefused(OPEN_FLOWS, refusedAtMs) : OPEN_FLOWS,
  };
}

const createAccountLimits = (): AccountLimits => ({
  ...{ tenSeconds: createRateWindow(10_000), minute: createRateWindow(60_000), orders: new Set() },
  ...{ ordersFlow: OPEN_FLOW, ordersRefused: undefined },
});

function createLimiter(pool: PoolLimits, door: DoorLimits, own: AccountLimits): RateLimiter {
  const { limits, weight } = pool;
  const { tenSeconds, minute, orders } = own;
  const arrive = (sent: Sent, usage: Usage, nowMs: number): void => {
    const { cost } = sent;
    pool.out.delete(sent);
    door.out.delete(sent);
    orders.delete(sent);
    weight.arrive(cost.weight, usage.weightLastMinute, nowMs);
    tenSeconds.arrive(cost.orders, usage.ordersLastTenSeconds, nowMs);
    minute.arrive(cost.orders, usage.ordersLastMinute, nowMs);
  };

  /**
   * The headers say that others used up the orders, and none of ours was refused: a close asks whether that is so, one at
   * a time. It costs one refusal at the most, and the position does not wait for a number.
   */
  const isToldFull = (nowMs: number): boolean =>
    own.ordersRefused === undefined &&
    orders.size === 0 &&
    tenSeconds.own(nowMs) < limits.ordersPerTenSeconds * MOSTLY &&
    minute.own(nowMs) < limits.ordersPerMinute * MOSTLY;

  return {
    room(nowMs) {
      const inTenSeconds = tenSeconds.left(limits.ordersPerTenSeconds, nowMs);
      const inMinute = minute.left(limits.ordersPerMinute, nowMs);
      const isClosed = door.closed.left(limits.weightPerMinute, nowMs) === 0;
      const flows = leftOfAll(door.flows, door.out, nowMs);
      // Of one account alone: its orders probe for themselves.
      const ofOrders = leftOf(own.ordersFlow, [...orders], nowMs);
      return {
        openAtMs: Math.max(door.openAtMs, closedUntilMs(door.flows)),
        slots: MOST_AT_ONCE - pool.out.size,
        flows,
        weightLimit: limits.weightPerMinute,
        weightLeft: isClosed ? 0 : weight.left(limits.weightPerMinute, nowMs),
        weightFreeAtMs: isClosed
          ? door.closed.freeAtMs(limits.weightPerMinute, nowMs)
          : weight.freeAtMs(limits.weightPerMinute, nowMs),
        ordersLeft: Math.max(Math.min(inTenSeconds, inMinute, ofOrders.left), isToldFull(nowMs) ? 1 : 0),
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
      door.out.add(sent);
      if (cost.orders > 0) orders.add(sent);
      weight.send(cost.weight);
      tenSeconds.send(cost.orders);
      minute.send(cost.orders);
      return sent;
    },
    answered(sent, usage, nowMs) {
      arrive(sent, usage, nowMs);
      door.flows = addressPassed(door.flows, sent);
      if (sent.cost.orders === 0) return;
      if (isNews(own.ordersFlow, sent)) own.ordersRefused = undefined;
      own.ordersFlow = passed(own.ordersFlow, sent);
    },
    refused(sent, usage, { reason, retryAfterMs }, nowMs) {
      arrive(sent, usage, nowMs);
      // Of a request that is no order it speaks about the address, whatever its code.
      if (reason === 'order-limit' && sent.cost.orders > 0) {
        if (isNews(own.ordersFlow, sent)) own.ordersFlow = refused(nowMs, 0);
        const before = own.ordersRefused;
        const isAgain = before !== undefined && nowMs >= before.untilMs;
        const times = (before?.times ?? 0) + (before === undefined || isAgain ? 1 : 0);
        if (isAgain && retryAfterMs === undefined) minute.close(nowMs, undefined);
        const waitMs = retryAfterMs === undefined ? undefined : grownWaitMs(retryAfterMs, times);
        own.ordersRefused = { untilMs: tenSeconds.close(nowMs, waitMs), times };
        return;
      }
      const isFirst = isNews(door.flows, sent);
      if (isFirst) door.refusals = afterRefusal(door, nowMs);
      const isBan = reason === 'ip-ban';
      const openAtMs = door.closed.close(nowMs, isBan ? (retryAfterMs ?? SHORTEST_BAN_MS) : retryAfterMs);
      const toldMs = openAtMs - nowMs;
      const grownMs = isBan || retryAfterMs === undefined ? toldMs : grownWaitMs(toldMs, door.refusals.times);
      door.flows = addressRefused(door.flows, sent, { toldMs, grownMs }, nowMs);
      door.openAtMs = Math.max(door.openAtMs, openAtMs);
      if (!isFirst) return;
      for (const other of pool.doors.values()) if (other !== door) other.flows = otherDoorRefused(other.flows, nowMs);
    },
    lost: (sent, nowMs) => arrive(sent, {}, nowMs),
    weightUsed: () => weight.used(),
  };
}

/** Of a limit: below it we have not filled it ourselves. */
const MOSTLY = 0.5;

/** The longest of the exchange's windows: a wait that was told too short is over then. */
const MINUTE_MS = 60_000;

const grownWaitMs = (toldMs: number, times: number): number =>
  Math.max(toldMs, Math.min(MINUTE_MS, toldMs * 2 ** (times - 1)));

/** A minute without a refusal ends the count, but not while no request of the refused kind has passed. */
const afterRefusal = ({ refusals, flows }: DoorLimits, nowMs: number): DoorLimits['refusals'] => {
  return isAnyRefused(flows) || nowMs - refusals.sinceMs < MINUTE_MS
    ? { sinceMs: refusals.sinceMs, times: refusals.times + 1 }
    : { sinceMs: nowMs, times: 1 };
};

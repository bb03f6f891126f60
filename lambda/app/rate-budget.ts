/**
 * Keeps the requests of one account within the exchange's limits, by what the response headers say.
 *
 *   used = what the exchange last reported for this window + what is on its way and not reported yet
 *
 * Windows are fixed (minutes, ten seconds) and the exchange's clock may differ from ours, so a window that we had
 * filled counts as over only a moment after our clock says so. A 429 all the same (others share the limits) closes the
 * window for everybody at once, and halves how many may be on their way: whoever goes on after one is banned (418).
 * The bound on requests on their way also keeps them from spending their own timeout waiting for a socket.
 */

import type { Failure } from '../core/failure.ts';
import type { RateLimits } from '../core/model.ts';
import { DEFAULT_LIMITS, type RequestKind } from '../core/request-costs.ts';
import type { Clock, Usage } from '../ports.ts';
import { createWindow } from './rate-window.ts';

export interface RateBudget {
  /** Waits for room; false, at once, when there will be none before `untilMs`. Give each permit back with `settle`. */
  take(kind: RequestKind, untilMs: number): Promise<boolean>;
  settle(kind: RequestKind, usage: Usage): void;
  /** The exchange refused the request for its limits; `waitMs` is what it told, if it did. */
  refused(kind: RequestKind, failure: Pick<Failure, 'reason'>, waitMs: number | undefined): void;
  /** When the request fits, as far as is known now; this very instant if it does. */
  roomAtMs(kind: RequestKind): number;
  setLimits(limits: RateLimits): void;
  /** For the metrics: weight used in this minute, as last reported. */
  weightUsed(): number;
}

interface Waiter {
  readonly kind: RequestKind;
  readonly untilMs: number;
  readonly woken: AbortController;
  isServed: boolean;
}

const MAX_IN_FLIGHT = 100;
/** After a refusal, by which the exchange shows that it is near its limits, half of this at most. */
const WARNED_IN_FLIGHT = 50;
const MIN_IN_FLIGHT = 4;
/** Room left for the bot that shares our address. */
const WEIGHT_SHARE = 0.95;

export function createRateBudget(clock: Clock): RateBudget {
  let limits: RateLimits = DEFAULT_LIMITS;
  let inFlight = 0;
  let mayFly = MAX_IN_FLIGHT;
  let closedUntilMs = 0;
  const weight = createWindow(60_000);
  const tenSeconds = createWindow(10_000);
  const minute = createWindow(60_000);
  const line = new Set<Waiter>();

  /** Ms until the request fits; 0 when it does now. */
  function waitFor(kind: RequestKind, nowMs: number): number {
    return Math.max(
      closedUntilMs - nowMs,
      weight.waitFor(kind.weight, limits.weightPerMinute * WEIGHT_SHARE, nowMs),
      kind.orders === 0 ? 0 : tenSeconds.waitFor(kind.orders, limits.ordersPerTenSeconds, nowMs),
      kind.orders === 0 ? 0 : minute.waitFor(kind.orders, limits.ordersPerMinute, nowMs),
    );
  }

  function granted(kind: RequestKind): boolean {
    if (inFlight >= mayFly || waitFor(kind, clock.nowMs()) > 0) return false;
    inFlight += 1;
    weight.send(kind.weight);
    tenSeconds.send(kind.orders);
    minute.send(kind.orders);
    return true;
  }

  /** Lets go whoever fits now, the first to wait first, and wakes nobody else: of hundreds that wait, few fit. */
  function serve(): void {
    const nowMs = clock.nowMs();
    for (const waiter of line) {
      if (inFlight >= mayFly) return;
      if (nowMs >= waiter.untilMs || !granted(waiter.kind)) continue;
      line.delete(waiter);
      waiter.isServed = true;
      // A reason of our own: without one, each abort makes a DOMException with a stack.
      waiter.woken.abort('served');
    }
  }

  /** Until served, or until a window opens, which no reply tells. */
  async function served(waiter: Waiter): Promise<boolean> {
    for (;;) {
      const nowMs = clock.nowMs();
      const waitMs = waitFor(waiter.kind, nowMs);
      if (nowMs + Math.max(0, waitMs) >= waiter.untilMs) return false;
      await clock.sleep(waitMs > 0 ? waitMs : waiter.untilMs - nowMs, waiter.woken.signal);
      if (waiter.isServed || granted(waiter.kind)) return true;
    }
  }

  return {
    async take(kind, untilMs) {
      if (clock.nowMs() >= untilMs) return false;
      if (granted(kind)) return true;
      const waiter: Waiter = { kind, untilMs, woken: new AbortController(), isServed: false };
      line.add(waiter);
      try {
        return await served(waiter);
      } finally {
        line.delete(waiter);
      }
    },
    settle(kind, usage) {
      const nowMs = clock.nowMs();
      inFlight -= 1;
      weight.arrive(kind.weight, usage.weightLastMinute, nowMs);
      tenSeconds.arrive(kind.orders, usage.ordersLastTenSeconds, nowMs);
      minute.arrive(kind.orders, usage.ordersLastMinute, nowMs);
      serve();
    },
    refused(kind, { reason }, waitMs) {
      const nowMs = clock.nowMs();
      mayFly = Math.max(MIN_IN_FLIGHT, Math.floor(Math.min(mayFly, WARNED_IN_FLIGHT) / 2));
      if (reason === 'order-limit') {
        tenSeconds.close(nowMs, waitMs);
        return;
      }
      // Whether an exhausted weight also keeps out requests of weight 0 (orders) is not documented: one that was
      // refused has shown it.
      const untilMs = weight.close(nowMs, waitMs);
      if (kind.weight === 0) closedUntilMs = Math.max(closedUntilMs, untilMs);
    },
    roomAtMs(kind) {
      const nowMs = clock.nowMs();
      return nowMs + Math.max(0, waitFor(kind, nowMs));
    },
    setLimits(next) {
      limits = next;
    },
    weightUsed: () => weight.used(),
  };
}

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

const MAX_IN_FLIGHT = 100;
/** After a refusal, by which the exchange shows that it is near its limits, half of this at most. */
const WARNED_IN_FLIGHT = 50;
const MIN_IN_FLIGHT = 4;
/** Room left for the bot that shares our address. */
const WEIGHT_SHARE = 0.95;
const CLOCK_SLACK_MS = 300;

export function createRateBudget(clock: Clock): RateBudget {
  let limits: RateLimits = DEFAULT_LIMITS;
  let inFlight = 0;
  let mayFly = MAX_IN_FLIGHT;
  let closedUntilMs = 0;
  const weight = createWindow(60_000);
  const tenSeconds = createWindow(10_000);
  const minute = createWindow(60_000);
  const settled = createBell();

  /** Ms until the request fits; 0 when it does now. */
  function waitFor(kind: RequestKind, nowMs: number): number {
    return Math.max(
      closedUntilMs - nowMs,
      weight.waitFor(kind.weight, limits.weightPerMinute * WEIGHT_SHARE, nowMs),
      kind.orders === 0 ? 0 : tenSeconds.waitFor(kind.orders, limits.ordersPerTenSeconds, nowMs),
      kind.orders === 0 ? 0 : minute.waitFor(kind.orders, limits.ordersPerMinute, nowMs),
    );
  }

  return {
    async take(kind, untilMs) {
      for (;;) {
        const nowMs = clock.nowMs();
        const waitMs = waitFor(kind, nowMs);
        if (nowMs + Math.max(0, waitMs) >= untilMs) return false;
        if (waitMs <= 0 && inFlight < mayFly) break;
        // A reply may report what we counted as on its way as well: with each, there may be more room than thought.
        await settled.wait(clock, (waitMs > 0 ? nowMs + waitMs : untilMs) - nowMs);
      }
      inFlight += 1;
      weight.send(kind.weight);
      tenSeconds.send(kind.orders);
      minute.send(kind.orders);
      return true;
    },
    settle(kind, usage) {
      const nowMs = clock.nowMs();
      inFlight -= 1;
      weight.arrive(kind.weight, usage.weightLastMinute, nowMs);
      tenSeconds.arrive(kind.orders, usage.ordersLastTenSeconds, nowMs);
      minute.arrive(kind.orders, usage.ordersLastMinute, nowMs);
      settled.ring();
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

function createWindow(lengthMs: number) {
  let index = 0;
  let settled = 0;
  let closedUntilMs = 0;
  let pending = 0;

  const roll = (nowMs: number): void => {
    const current = Math.floor((nowMs - CLOCK_SLACK_MS) / lengthMs);
    if (current === index) return;
    index = current;
    settled = 0;
  };
  return {
    waitFor(cost: number, limit: number, nowMs: number): number {
      roll(nowMs);
      if (cost === 0) return 0;
      const untilFreeMs = settled + pending + cost <= limit ? nowMs : (index + 1) * lengthMs + CLOCK_SLACK_MS;
      return Math.max(untilFreeMs, closedUntilMs) - nowMs;
    },
    send(cost: number): void {
      pending += cost;
    },
    /** The exchange's figure counts; where it gives none, our own count stands in. */
    arrive(cost: number, reported: number | undefined, nowMs: number): void {
      roll(nowMs);
      pending -= cost;
      settled = Math.max(settled, reported ?? settled + cost);
    },
    /** Refused: full, whatever we counted, for the told wait or to the window's end. Gives the end of it. */
    close(nowMs: number, waitMs: number | undefined): number {
      roll(nowMs);
      const untilMs = waitMs === undefined ? (index + 1) * lengthMs + CLOCK_SLACK_MS : nowMs + waitMs;
      closedUntilMs = Math.max(closedUntilMs, untilMs);
      return untilMs;
    },
    used: () => settled,
  };
}

/** Wakes all who wait for room; they look again in the order in which they came. */
function createBell() {
  let waiting: AbortController | undefined;
  return {
    ring(): void {
      // A reason of our own: without one, each abort makes a DOMException with a stack.
      waiting?.abort('rung');
      waiting = undefined;
    },
    wait(clock: Clock, atMostMs: number): Promise<void> {
      waiting ??= new AbortController();
      return clock.sleep(Math.max(0, atMostMs), waiting.signal);
    },
  };
}

/** The model's rate limits: windows of a minute and of ten seconds by arrival, and requested waits. */

import { DEFAULT_LIMITS, type RequestCost } from '../../../../lambda/core/exchange/request.ts';
import type { Refusal } from './failed.ts';
import type { PlannedLimit, Schedule } from './schedule.ts';

export interface ModelUsage {
  readonly weightLastMinute?: number;
  readonly ordersLastTenSeconds?: number;
  readonly ordersLastMinute?: number;
}

export class Limits {
  private readonly planned: readonly PlannedLimit[];
  private readonly startMs: number;
  private begun = 0;
  private closedUntilMs = 0;
  private closedReason: PlannedLimit['reason'] = 'weight-limit';
  private minute = -1;
  private weight = 0;
  private minuteOrders = 0;
  private tenSeconds = -1;
  private orders = 0;
  /** Of the requests that were too much, although nobody else used the address. */
  readonly overspent: string[] = [];
  /** Of the address, in the window of the run's first request. */
  private readonly usedBefore: number;

  constructor({ limits, exchange }: Schedule, startMs: number) {
    this.planned = limits.toSorted((a, b) => a.atMs - b.atMs);
    this.startMs = startMs;
    this.usedBefore = exchange.weightUsed;
  }

  /** What a request is refused for, if it is; it counts all the same. */
  charge({ weight, orders, host }: RequestCost, nowMs: number): Refusal | undefined {
    if (host === 'wallet') return undefined;
    this.roll(nowMs);
    this.weight += weight;
    this.minuteOrders += orders;
    this.orders += orders;
    const next = this.planned[this.begun];
    if (next !== undefined && nowMs >= this.startMs + next.atMs && nowMs >= this.closedUntilMs) {
      this.begun += 1;
      this.closedUntilMs = nowMs + next.waitMs;
      this.closedReason = next.reason;
    }
    if (nowMs < this.closedUntilMs && (this.closedReason !== 'order-limit' || orders > 0)) return this.refusal(nowMs);
    if (this.weight > DEFAULT_LIMITS.weightPerMinute && weight > 0) {
      if (this.usedBefore === 0) this.overspent.push(`${this.weight} of ${DEFAULT_LIMITS.weightPerMinute}`);
      this.closedUntilMs = (this.minute + 1) * 60_000;
      this.closedReason = 'weight-limit';
      return this.refusal(nowMs);
    }
    if (
      orders > 0 &&
      (this.orders > DEFAULT_LIMITS.ordersPerTenSeconds || this.minuteOrders > DEFAULT_LIMITS.ordersPerMinute)
    )
      return { certainty: 'throttled', subject: 'account', reason: 'order-limit' };
    return undefined;
  }

  usage(nowMs: number): ModelUsage {
    this.roll(nowMs);
    return {
      weightLastMinute: this.weight,
      ordersLastTenSeconds: this.orders,
      ordersLastMinute: this.minuteOrders,
    };
  }

  /** All that was charged in the present window, by us and by others before us. */
  weightUsed(): number {
    return this.weight;
  }

  private refusal(nowMs: number): Refusal {
    const reason = this.closedReason;
    const plan = this.planned[this.begun - 1];
    const isReported = plan?.isReported ?? true;
    const subject = reason === 'order-limit' ? 'account' : 'address';
    return {
      ...{ certainty: 'throttled', subject, reason },
      ...(isReported ? { retryAfterMs: Math.max(1, Math.ceil(this.closedUntilMs - nowMs)) } : {}),
    };
  }

  private roll(nowMs: number): void {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.minute) {
      this.weight = this.minute === -1 ? this.usedBefore : 0;
      this.minuteOrders = 0;
      this.minute = minute;
    }
    const tenSeconds = Math.floor(nowMs / 10_000);
    if (tenSeconds !== this.tenSeconds) {
      this.orders = 0;
      this.tenSeconds = tenSeconds;
    }
  }
}

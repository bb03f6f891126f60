/**
 * A subscription of CloudWatch Logs on this machine: lines that pass the filter reach a function in small batches, as
 * AWS delivers them (User Guide, "Subscription filters with AWS Lambda").
 *
 *   line ── filter ── a few more within 20 ms ── gzip, base64 ── function, asynchronously
 */

import { gzipSync } from 'node:zlib';
import type { SimulatorClock } from '../engine/clock.ts';
import { logFilter } from './log-filter.ts';

export interface LogSubscription {
  /** Takes one line of a log. */
  take(logGroup: string, line: string): void;
  /** Waits until everything taken so far was handed over. */
  idle(): Promise<void>;
}

export interface LogDisorder {
  readonly lateMs: () => number;
  readonly times: () => number;
}

interface LogSubscriptionOptions {
  readonly clock: SimulatorClock;
  readonly pattern: string;
  /** Hands over the function's event. */
  readonly deliver: (event: LogDelivery) => void;
  /** What AWS may do to a delivery besides: hand it over late, so that others overtake it, and more than once. */
  readonly disorder?: LogDisorder;
}

export interface LogDelivery {
  readonly awslogs: { readonly data: string };
}

const BATCH_MS = 20;

export function subscribeToLogs({
  clock,
  pattern,
  deliver,
  disorder = { lateMs: () => 0, times: () => 1 },
}: LogSubscriptionOptions): LogSubscription {
  const passes = logFilter(pattern);
  const waiting = new Map<string, string[]>();
  const batches = new Set<Promise<void>>();
  let lastId = 0;

  async function collect(logGroup: string): Promise<void> {
    await clock.sleep(BATCH_MS);
    const lines = waiting.get(logGroup) ?? [];
    waiting.delete(logGroup);
    const timestamp = Math.floor(clock.nowMs());
    const logEvents = lines.map(message => {
      lastId += 1;
      return { id: String(lastId).padStart(56, '0'), timestamp, message };
    });
    const delivery = logDelivery(logGroup, logEvents);
    for (let time = disorder.times(); time > 0; time -= 1) {
      const lateMs = disorder.lateMs();
      if (lateMs > 0) await clock.sleep(lateMs);
      deliver(delivery);
    }
  }

  return {
    take(logGroup, line) {
      if (!passes(line)) return;
      const lines = waiting.get(logGroup);
      if (lines !== undefined) {
        lines.push(line);
        return;
      }
      waiting.set(logGroup, [line]);
      const batch = collect(logGroup).finally(() => batches.delete(batch));
      batches.add(batch);
    },
    async idle() {
      while (batches.size > 0) await Promise.all(batches);
    },
  };
}

interface LogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

/** The event with which AWS invokes a subscribed function. */
export function logDelivery(logGroup: string, logEvents: readonly LogEvent[]): LogDelivery {
  const content = {
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup,
    logStream: '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef',
    subscriptionFilters: ['Told'],
    logEvents,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') } };
}

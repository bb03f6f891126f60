/**
 * The ports of one tick, limited in parallelism and time, and the tally of what it saw.
 *
 *   started                          horizon        stopAt      endAt     Lambda stops us
 *   ├── bots due by the horizon ─────────┤             │           │               │
 *   ├── waiting for the deadlines of late bots ────────┤           │               │
 *   ├── calls, the last of them begun by stopAt ───────────────────┤               │
 *
 * The next tick begins about a minute after this one, so the horizon is later than that.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import type { SeenSilence } from '../../core/heartbeat/assess-bot.ts';
import type { BotFields, RowChange } from '../../core/heartbeat/row-change.ts';
import type { WatchConfig } from '../../core/heartbeat/watch-times.ts';
import type {
  AsyncInvoker,
  AuditSink,
  BotStore,
  LockStore,
  PingProbe,
  RunRecords,
  UnfinishedRuns,
} from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type HealthLog, openHealthLog, openPingLog, type PingLog } from './health-log.ts';

export interface TickContext {
  readonly ports: WatchdogPorts;
  readonly config: WatchConfig;
  readonly tickId: string;
  readonly startedAtMs: number;
  readonly horizonMs: number;
  readonly stopAtMs: number;
  readonly endAtMs: number;
  /** The port with a limit on parallel calls, and never beyond `endAtMs`. */
  readonly bots: BotStore;
  /** Writes that only prove something: few in parallel, so that they delay no others. Rejects as `bots` does. */
  readonly prove: (change: RowChange, timeoutMs: number) => Promise<unknown>;
  readonly invoker: AsyncInvoker;
  /** For records stored in the background: few in parallel, so that claims and invocations go first. */
  readonly audit: Pick<AuditSink, 'append'>;
  readonly locks: Pick<LockStore, 'seal'>;
  readonly records: Pick<RunRecords, 'read'>;
  readonly health: HealthLog;
  readonly pings: PingLog;
  readonly tally: Tally;
}

/** Changes during the tick. */
interface Tally {
  due: number;
  readonly armed: Set<string>;
  readonly late: Set<string>;
  /** Correlation ID by bot. */
  readonly tripped: Map<string, string>;
  lockOutChecks: number;
  unfinished: number;
  oldestUnfinishedMs: number;
  readonly resumed: string[];
  readonly gaveUp: string[];
  longestSilenceMs: number;
  /** What the last check of each armed bot saw, and when it would be dead by its own clock alone. */
  readonly silences: Map<string, SeenSilence & { readonly deadByOwnClockMs: number | undefined }>;
  /** The heartbeat that this tick saw last, by bot, and since when it has seen no other. */
  readonly lastSeen: Map<string, { readonly beat: string; readonly sinceMs: number }>;
  /** The deadline of each bot that has been silent ten minutes beyond it and is not tripped for lack of evidence. */
  readonly unproven: Map<string, number>;
  /** Every shard answered, and the watchdog's own row could be read and written. */
  sawAll: boolean;
  /** Each problem is reported once per tick. */
  readonly reported: Set<string>;
  readonly problems: string[];
  /** Work in the background; never rejects. */
  readonly background: Promise<void>[];
}

export const TICK_EVERY_MS = 60_000;
const OVERLAP_MS = 20_000;
/** Over before the second next tick begins. */
const LONGEST_TICK_MS = 110_000;
const LAMBDA_RESERVE_MS = 2_000;
/** From the last check to the end: to claim, invoke, and store the audit log. */
const LANDING_MS = 6_000;
const LANDING_SHARE = 0.2;
/** As many connections as the SDK's client keeps open. */
const MOST_CALLS = 50;
const MOST_RECORDS = 10;
const MOST_PROOFS = 10;

export function openTick(ports: WatchdogPorts, config: WatchConfig, remainingMs: number): TickContext {
  const startedAtMs = ports.clock.nowMs();
  const budgetMs = Math.max(0, Math.min(LONGEST_TICK_MS, remainingMs - LAMBDA_RESERVE_MS));
  const endAtMs = startedAtMs + budgetMs;
  const stopAtMs = endAtMs - Math.min(LANDING_MS, budgetMs * LANDING_SHARE);
  const within = (timeoutMs: number): number => timeoutWithin({ ports, endAtMs }, timeoutMs);
  const table = openLimiter(MOST_CALLS);
  const calls = openLimiter(MOST_CALLS);
  const records = openLimiter(MOST_RECORDS);
  const proofs = openLimiter(MOST_PROOFS);
  const health = openHealthLog(ports.clock);
  // The watchdog's own row is not queued behind the bots: late proof proves nothing.
  const inTurn = <T>(botId: string, call: () => Promise<T>): Promise<T> =>
    botId === WATCHDOG_ROW ? call() : table.run(call);
  const { bots, invoker, audit, locks } = ports;
  const write = (change: RowChange, timeoutMs: number): Promise<BotFields | undefined> =>
    health.write(change.botId, () => bots.change(change, within(timeoutMs)));
  return {
    ports,
    config,
    tickId: ports.random.hex(16),
    startedAtMs,
    horizonMs: Math.min(startedAtMs + TICK_EVERY_MS + OVERLAP_MS, stopAtMs),
    stopAtMs,
    endAtMs,
    health,
    pings: openPingLog(ports.clock),
    bots: {
      read: (botId, timeoutMs) => inTurn(botId, () => health.read(botId, bots.read(botId, within(timeoutMs)))),
      change: (change, timeoutMs) => inTurn(change.botId, () => write(change, timeoutMs)),
      due: (shard, untilMs, timeoutMs) =>
        table.run(() => health.read(WATCHDOG_ROW, bots.due(shard, untilMs, within(timeoutMs)))),
      list: timeoutMs => table.run(() => bots.list(within(timeoutMs))),
    },
    prove: (change, timeoutMs) => proofs.run(() => write(change, timeoutMs)),
    invoker: { invokeLater: (event, timeoutMs) => calls.run(() => invoker.invokeLater(event, within(timeoutMs))) },
    audit: { append: (item, timeoutMs) => records.run(() => audit.append(item, within(timeoutMs))) },
    locks: {
      seal: (correlationId, seal, nowMs, timeoutMs) =>
        records.run(() => locks.seal(correlationId, seal, nowMs, within(timeoutMs))),
    },
    records: { read: (id, timeoutMs) => calls.run(() => ports.records.read(id, within(timeoutMs))) },
    tally: emptyTally(),
  };
}

/** `timeoutMs`, or the time that is left; zero or less when the tick is over. */
export const timeoutWithin = ({ ports, endAtMs }: Pick<TickContext, 'ports' | 'endAtMs'>, timeoutMs: number): number =>
  Math.min(timeoutMs, endAtMs - ports.clock.nowMs());

const emptyTally = (): Tally => ({
  due: 0,
  armed: new Set(),
  late: new Set(),
  tripped: new Map(),
  lockOutChecks: 0,
  unfinished: 0,
  oldestUnfinishedMs: 0,
  resumed: [],
  gaveUp: [],
  longestSilenceMs: 0,
  silences: new Map(),
  lastSeen: new Map(),
  unproven: new Map(),
  sawAll: true,
  reported: new Set(),
  problems: [],
  background: [],
});

/** The watchdog has no exchange and no keys; it can only call the liquidator. */
export interface WatchdogPorts
  extends Pick<LiquidatorPorts, 'clock' | 'random' | 'locks' | 'audit' | 'telemetry' | 'invoker'> {
  readonly bots: BotStore;
  readonly unfinished: UnfinishedRuns;
  /** To read how the liquidation of a tripped bot ended. */
  readonly records: Pick<RunRecords, 'read'>;
  /** Undefined without a ping URL. */
  readonly pings?: PingProbe | undefined;
}

export interface ConcurrencyLimiter {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Runs at most `width` calls in parallel; the others wait in line. */
export function openLimiter(width: number): ConcurrencyLimiter {
  const waiting: (() => void)[] = [];
  let free = width;
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>(resolve => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}

/**
 * The watchdog in virtual time: stores in memory, a liquidator that only notes that it was called, ticks and beats that
 * come when the test says.
 */

import { startOrBeat } from '../../lambda/app/ping/run-commands.ts';
import { type TickReport, tick } from '../../lambda/app/watchdog/tick.ts';
import type { WatchdogPorts } from '../../lambda/app/watchdog/tick-context.ts';
import type { AuditEventType } from '../../lambda/contract.ts';
import { defaultBot, SAFE_DEFAULTS, type Settings } from '../../lambda/core/config/settings.ts';
import type { AuditItem, Clock, LiquidationRecord, LogLevel, UnfinishedRun } from '../../lambda/ports.ts';
import { createMemoryBotStore, type MemoryBotStore } from '../../simulator/stores/bot-store.ts';
import type { MemoryLockStore } from '../../simulator/stores/lock-store.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import { createVirtualClock } from '../adapters/binance/virtual-clock.ts';
import { flatRecord } from '../support/flat-record.ts';

export const START_MS = Date.UTC(2024, 1, 29, 12, 0, 7);
export const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };

export interface Invocation {
  readonly atMs: number;
  readonly trigger: unknown;
  readonly botId: unknown;
  readonly correlationId: unknown;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface WatchRig {
  readonly clock: Clock;
  readonly bots: MemoryBotStore;
  readonly world: WatchdogPorts;
  readonly locks: MemoryLockStore;
  readonly invoked: readonly Invocation[];
  readonly logs: readonly {
    readonly level: LogLevel;
    readonly message: string;
    readonly fields: object;
    readonly atMs: number;
  }[];
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
  readonly unfinished: UnfinishedRun[];
  readonly gaveUp: readonly string[];
  /** How liquidations ended, where not flat and at once; undefined: none has stored anything. */
  readonly records: Map<string, LiquidationRecord | undefined>;
  /** The next `times` calls of the liquidator are not accepted. */
  refuseInvocations(times: number): void;
  /** Milliseconds after START_MS. */
  nowMs(): number;
  until(atMs: number): Promise<void>;
  tick(changes?: TickChanges): Promise<TickReport>;
  /** A tick at each of these instants, however long the ones before take. */
  ticks(atMs: readonly number[], changes?: TickChanges): Promise<readonly TickReport[]>;
  /** Beats at each of these instants; the bot's clock is wrong by `offsetMs`. Gives how many were refused. */
  beats(botId: string, atMs: readonly number[], offsetMs?: number | ((index: number) => number)): Promise<number>;
  audited(): readonly AuditItem[];
  audited(type: AuditEventType): readonly AuditItem[];
}

export interface TickChanges {
  readonly remainingMs?: number;
  readonly liquidation?: Partial<Settings['liquidation']>;
  readonly bots?: Settings['bots'];
  readonly isFallback?: boolean;
}

export function watchRig({ latencyMs = 5 }: { readonly latencyMs?: number } = {}): WatchRig {
  const clock = createVirtualClock(START_MS);
  const bots = createMemoryBotStore(clock);
  bots.takeMs(latencyMs);
  const stores = createMemoryStores({ clock });
  stores.script.takeMs(latencyMs);
  const invoked: Invocation[] = [];
  const logs: WatchRig['logs'][number][] = [];
  const metrics: WatchRig['metrics'][number][] = [];
  const items: AuditItem[] = [];
  const unfinished: UnfinishedRun[] = [];
  const gaveUp: string[] = [];
  const records: WatchRig['records'] = new Map();
  const isRunning = new Set<string>();
  let refusals = 0;
  let drawn = 0;

  const world: WatchdogPorts = {
    clock,
    bots,
    locks: stores.lock,
    audit: {
      ...stores.audit,
      append: async (item, timeoutMs) => {
        await stores.audit.append(item, timeoutMs);
        items.push(item);
      },
    },
    random: {
      fraction: () => 0.5,
      hex: digits => {
        drawn += 1;
        return drawn.toString(16).padStart(digits, '0').slice(-digits);
      },
    },
    telemetry: {
      log: (level, message, fields = {}) => logs.push({ level, message, fields, atMs: clock.nowMs() - START_MS }),
      metric: (name, value) => metrics.push({ name, value }),
      redact: () => undefined,
      flush: () => undefined,
    },
    invoker: {
      async invokeLater(event) {
        await clock.sleep(latencyMs);
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('not accepted');
        }
        const { trigger, bot_id: botId, correlation_id: correlationId } = event;
        invoked.push({ atMs: clock.nowMs() - START_MS, trigger, botId, correlationId, event });
      },
    },
    records: {
      read: async correlationId => {
        if (records.has(correlationId)) return records.get(correlationId);
        const [botId] = [...bots.rows()].find(([, row]) => row.correlation_id === correlationId) ?? [];
        const call = invoked.find(one => one.correlationId === correlationId);
        return flatRecord(correlationId, botId ?? String(call?.botId), clock.nowMs());
      },
    },
    unfinished: {
      due: async nowMs => unfinished.filter(run => run.resumeAtMs <= nowMs && !gaveUp.includes(run.correlationId)),
      giveUp: async run => {
        if (gaveUp.includes(run.correlationId)) return false;
        gaveUp.push(run.correlationId);
        return true;
      },
    },
  };

  const nowMs = (): number => clock.nowMs() - START_MS;
  const until = (atMs: number): Promise<void> => clock.sleep(Math.max(0, atMs - nowMs()));
  const runTick = ({ remainingMs = 110_000, liquidation, bots: known, isFallback = false }: TickChanges = {}) => {
    const settings = {
      ...SAFE_DEFAULTS,
      liquidation: { ...SAFE_DEFAULTS.liquidation, ...liquidation },
      bots: known ?? ['alpha', 'beta'].map(defaultBot),
    };
    return tick(world, { settings, isFallback }, { remainingMs });
  };
  return {
    ...{ clock, bots, world, locks: stores.lock, invoked, logs, metrics, unfinished, gaveUp, records, nowMs, until },
    refuseInvocations: times => {
      refusals = times;
    },
    tick: runTick,
    ticks: (atMs, changes) =>
      Promise.all(
        atMs.map(async at => {
          await until(at);
          return runTick(changes);
        }),
      ),
    beats: async (botId, atMs, offsetMs = 0) => {
      let refused = 0;
      for (const [index, at] of atMs.entries()) {
        await until(at);
        const claimedMs = clock.nowMs() + (typeof offsetMs === 'number' ? offsetMs : offsetMs(index));
        const run = { botId, runId: `run-of-${botId}`, atMs: claimedMs, by: 'bot', times: TIMES };
        const sign = { ...run, count: index + 1, isStart: index === 0 && !isRunning.has(botId) };
        const result = await startOrBeat(bots, sign, 1_000);
        isRunning.add(botId);
        if (result.kind !== 'taken') refused += 1;
      }
      return refused;
    },
    audited: (type?: AuditEventType) => items.filter(item => type === undefined || item.event_type === type),
  };
}

/** From `first` on, every `everyMs`, up to and with `last`. */
export const every = (everyMs: number, first: number, last: number): readonly number[] =>
  Array.from({ length: Math.floor((last - first) / everyMs) + 1 }, (_, index) => first + index * everyMs);

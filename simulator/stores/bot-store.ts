/**
 * The bots' rows in memory, for tests in virtual time: with a trace of calls, faults on request, and the rules of
 * lambda/adapters/dynamo, which pass the same contract suite.
 */

import { BOT_ID_PATTERN } from '../../lambda/contract.ts';
import { applied, type BotFields, frozenFields, type RowChange } from '../../lambda/core/heartbeat/row-change.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { BotStore, Clock, DueBot } from '../../lambda/ports.ts';
import type { StoreFault } from './store-script.ts';

interface BotStoreCall {
  readonly operation: keyof BotStore;
  /** The bot, or the shard. */
  readonly target: string;
  readonly doing: string;
  readonly atMs: number;
}

export interface MemoryBotStore extends BotStore {
  readonly calls: readonly BotStoreCall[];
  rows(): ReadonlyMap<string, BotFields>;
  /** Writes a row without any rule, as a person in AWS's console could. */
  edit(botId: string, fields: BotFields | undefined): void;
  /** Asked at each call: the fault of it, if any. */
  injectFaults(fault: (call: BotStoreCall, number: number) => StoreFault | undefined): void;
  takeMs(latency: number | (() => number)): void;
}

export function createMemoryBotStore(clock: Clock): MemoryBotStore {
  const rows = new Map<string, BotFields>();
  const calls: BotStoreCall[] = [];
  let faultOf: (call: BotStoreCall, number: number) => StoreFault | undefined = () => undefined;
  let latencyOf = (): number => 0;

  /** Half of the latency, the effect, the other half. */
  async function remote<T>(call: Omit<BotStoreCall, 'atMs'>, timeoutMs: number, effect: () => T): Promise<T> {
    const traced = { ...call, atMs: clock.nowMs() };
    calls.push(traced);
    if (!(timeoutMs > 0)) throw failure('unreached', traced);
    const fault = faultOf(traced, calls.length);
    if (fault === 'refuse') throw failure('refused', traced);
    if (fault === 'hang') {
      await clock.sleep(timeoutMs);
      throw failure('unknown', traced);
    }
    const latencyMs = latencyOf();
    if (latencyMs > 0) await clock.sleep(Math.min(latencyMs / 2, timeoutMs));
    const result = effect();
    const restMs = fault === 'lose-answer' || latencyMs >= timeoutMs ? timeoutMs - latencyMs / 2 : latencyMs / 2;
    if (restMs > 0) await clock.sleep(restMs);
    if (fault === 'lose-answer' || latencyMs >= timeoutMs) throw failure('unknown', traced);
    return result;
  }

  return {
    calls,
    rows: () => rows,
    edit: (botId, fields) => {
      if (fields === undefined) rows.delete(botId);
      else rows.set(botId, frozenFields(structuredClone(fields)));
    },
    injectFaults: fault => {
      faultOf = fault;
    },
    takeMs: latency => {
      latencyOf = typeof latency === 'number' ? () => latency : latency;
    },
    read: (botId, timeoutMs) =>
      remote({ operation: 'read', target: botId, doing: 'read' }, timeoutMs, () => rows.get(botId)),
    change: (change, timeoutMs) =>
      remote({ operation: 'change', target: change.botId, doing: change.doing }, timeoutMs, () => write(rows, change)),
    due: (shard, untilMs, timeoutMs) =>
      remote({ operation: 'due', target: String(shard), doing: 'query' }, timeoutMs, () => due(rows, shard, untilMs)),
    list: timeoutMs =>
      remote(
        { operation: 'list', target: '', doing: 'scan' },
        timeoutMs,
        () =>
          new Map([...rows].filter(([botId]) => BOT_ID_PATTERN.test(botId)).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      ),
  };
}

function write(rows: Map<string, BotFields>, change: RowChange): BotFields | undefined {
  const written = applied(rows.get(change.botId), change);
  if (written === undefined) return undefined;
  rows.set(change.botId, written);
  return written;
}

function due(rows: ReadonlyMap<string, BotFields>, shard: number, untilMs: number): readonly DueBot[] {
  return [...rows]
    .flatMap(([botId, { watch_shard, next_check_at_ms }]) =>
      watch_shard === shard && typeof next_check_at_ms === 'number' && next_check_at_ms <= untilMs
        ? [{ botId, nextCheckAtMs: next_check_at_ms }]
        : [],
    )
    .toSorted((a, b) => a.nextCheckAtMs - b.nextCheckAtMs);
}

const failure = (certainty: StoreError['certainty'], { operation, target }: BotStoreCall): StoreError =>
  new StoreError(certainty, `The bots in memory are scripted to fail at ${operation} of ${target} (${certainty}).`);

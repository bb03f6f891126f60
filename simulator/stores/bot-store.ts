/**
 * The bots' rows in memory, for tests in virtual time: with a trace of calls, faults on request, and the rules of
 * lambda/adapters/dynamo, which pass the same contract suite.
 */

import { BOT_ID_PATTERN } from '../../lambda/contract.ts';
import { applied, type BotFields, frozenFields, type RowChange } from '../../lambda/core/heartbeat/row-change.ts';
import type { BotStore, Clock, DueBot } from '../../lambda/ports.ts';
import { createRemote, type StoreCall, type StoreFault } from './remote.ts';

type FaultOf = (call: StoreCall<keyof BotStore>, number: number) => StoreFault | undefined;

export interface MemoryBotStore extends BotStore {
  readonly calls: readonly StoreCall<keyof BotStore>[];
  rows(): ReadonlyMap<string, BotFields>;
  /** Writes a row without any rule, as a person in AWS's console could. */
  edit(botId: string, fields: BotFields | undefined): void;
  /** Asked at each call: the fault of it, if any. */
  injectFaults(faultOf: FaultOf): void;
  takeMs(latency: number | (() => number)): void;
}

export function createMemoryBotStore(clock: Clock): MemoryBotStore {
  const rows = new Map<string, BotFields>();
  let faultOf: FaultOf = () => undefined;
  let latencyMs = (): number => 0;
  const { calls, remote } = createRemote<keyof BotStore>({
    clock,
    faultOf: (call, number) => faultOf(call, number),
    latencyMs: () => latencyMs(),
  });
  return {
    calls,
    rows: () => rows,
    edit: (botId, fields) => {
      if (fields === undefined) rows.delete(botId);
      else rows.set(botId, frozenFields(structuredClone(fields)));
    },
    injectFaults: next => {
      faultOf = next;
    },
    takeMs: latency => {
      latencyMs = typeof latency === 'number' ? () => latency : latency;
    },
    read: (botId, timeoutMs) => remote('read', botId, timeoutMs, () => rows.get(botId)),
    change: (change, timeoutMs) => remote('change', change.botId, timeoutMs, () => write(rows, change), change.doing),
    due: (shard, untilMs, timeoutMs) => remote('due', String(shard), timeoutMs, () => due(rows, shard, untilMs)),
    list: timeoutMs => remote('list', '', timeoutMs, () => botsOf(rows)),
  };
}

const botsOf = (rows: ReadonlyMap<string, BotFields>): ReadonlyMap<string, BotFields> =>
  new Map([...rows].filter(([botId]) => BOT_ID_PATTERN.test(botId)).toSorted(([a], [b]) => (a < b ? -1 : 1)));

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

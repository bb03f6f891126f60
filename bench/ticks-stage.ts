/**
 * The watchdog's tick with everything real but AWS: its use case and its adapters, against the embedded DynamoDB and a
 * Lambda that takes every call. Counts what was asked of both, by kind.
 */

import { BatchWriteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { createAsyncInvoker } from '../lambda/adapters/aws/invoke.ts';
import { startClock } from '../lambda/adapters/clock.ts';
import { fromItem, toItem } from '../lambda/adapters/dynamo/attributes.ts';
import { createAuditSink } from '../lambda/adapters/dynamo/audit-sink.ts';
import { createBotStore } from '../lambda/adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../lambda/adapters/dynamo/client.ts';
import { createLockStore } from '../lambda/adapters/dynamo/lock-store.ts';
import { createUnfinishedRuns } from '../lambda/adapters/dynamo/run-records.ts';
import { systemRandom } from '../lambda/adapters/random.ts';
import { startOrBeat } from '../lambda/app/ping/run-commands.ts';
import { type TickReport, tick } from '../lambda/app/watchdog/tick.ts';
import { WATCHDOG_ROW } from '../lambda/bot-row.ts';
import { defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import type { BotFields } from '../lambda/core/heartbeat/row-change.ts';
import { shardOf } from '../lambda/core/heartbeat/row-values.ts';
import { timesDigest, type WatchConfig, type WatchTimes } from '../lambda/core/heartbeat/watch-times.ts';
import { startLambdaEndpoint } from '../simulator/cloud/lambda-endpoint.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION, startTables, TABLE_NAMES } from '../simulator/cloud/tables.ts';

export interface Fleet {
  readonly bots: number;
  /** So many of them are silent beyond their deadline; the others are well. */
  readonly dead: number;
  /** By default nobody who is well is due before the next tick; with a shorter time every bot is read in each. */
  readonly lateAfterMs?: number;
}

const LATE_AFTER_MS = 110_000;

export interface Counted<T> {
  readonly result: T;
  /** Requests by operation, `Invoke` among them. */
  readonly calls: Readonly<Record<string, number>>;
  readonly tookMs: number;
}

export interface TicksStage {
  tick(): Promise<Counted<TickReport>>;
  /** Of the last bot, which is well. */
  beat(): Promise<Counted<unknown>>;
  /** The last bot's row as it stands. */
  row(): Promise<BotFields>;
  close(): Promise<void>;
}

const RUN_ID = 'run-of-the-bench';
const idOf = (index: number): string => `bot-${String(index + 1).padStart(5, '0')}`;

export async function openTicksStage({ bots, dead, lateAfterMs = LATE_AFTER_MS }: Fleet): Promise<TicksStage> {
  const clock = startClock();
  const [tables, lambda] = await Promise.all([startTables({ clock }), startLambdaEndpoint({ clock })]);
  lambda.register('liquidator', {
    invoke: async () => ({ kind: 'answered', payload: {}, cold: false, maxRssKb: 0 }),
  });
  const reach = { region: LOOPBACK_REGION, credentials: LOOPBACK_CREDENTIALS };
  const client = createDynamoClient({ ...reach, endpoint: tables.url });
  const lambdaClient = new LambdaClient({ ...reach, endpoint: lambda.url });
  const store = createBotStore({ client, tableName: TABLE_NAMES.bots });
  const liquidations = { client, tableName: TABLE_NAMES.liquidations };
  const locks = createLockStore(liquidations);
  const world = {
    clock,
    random: systemRandom,
    bots: store,
    locks,
    records: { read: locks.readRecord },
    unfinished: createUnfinishedRuns(liquidations),
    audit: createAuditSink({ client, tableName: TABLE_NAMES.audit }),
    invoker: createAsyncInvoker(lambdaClient, 'liquidator'),
    telemetry: { log: () => undefined, metric: () => undefined, redact: () => undefined, flush: () => undefined },
  };
  const ids = Array.from({ length: bots }, (_, index) => idOf(index));
  const times = { heartbeatMs: 1_000, lateAfterMs, deadAfterMs: lateAfterMs + 90_000 };
  const settings = { ...SAFE_DEFAULTS, bots: ids.map(id => ({ ...defaultBot(id), ...times })) };
  const nowMs = Math.floor(clock.nowMs());
  await putRows([
    watchdogRow(nowMs, { settings, isFallback: false }),
    ...ids.map((id, index) => rowOf(id, times, nowMs, index < dead)),
  ]);

  async function putRows(rows: readonly BotFields[]): Promise<void> {
    for (let from = 0; from < rows.length; from += MOST_PUTS) {
      const puts = rows.slice(from, from + MOST_PUTS).map(row => ({ PutRequest: { Item: toItem(row) } }));
      await tables.client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE_NAMES.bots]: puts } }));
    }
  }

  async function counted<T>(work: () => Promise<T>): Promise<Counted<T>> {
    const [seenTables, seenLambda] = [tables.faults.calls.length, lambda.faults.calls.length];
    const startedAtMs = clock.nowMs();
    const result = await work();
    const tookMs = clock.nowMs() - startedAtMs;
    const made = [...tables.faults.calls.slice(seenTables), ...lambda.faults.calls.slice(seenLambda)];
    const groups = Map.groupBy(made, ({ operation }) => operation);
    return { result, tookMs, calls: Object.fromEntries([...groups].map(([kind, calls]) => [kind, calls.length])) };
  }

  const last = idOf(bots - 1);
  let beats = 1;
  return {
    tick: () => counted(() => tick(world, { settings, isFallback: false }, { remainingMs: LAMBDA_TIMEOUT_MS })),
    beat: () => {
      beats += 1;
      const run = { botId: last, runId: RUN_ID, atMs: clock.nowMs(), by: 'bench', times };
      return counted(() => startOrBeat(store, { ...run, count: beats, isStart: false }, LAMBDA_TIMEOUT_MS));
    },
    row: async () => {
      const command = new GetItemCommand({ TableName: TABLE_NAMES.bots, Key: toItem({ bot_id: last }) });
      return fromItem((await tables.client.send(command)).Item ?? {});
    },
    close: async () => {
      client.destroy();
      lambdaClient.destroy();
      await Promise.all([tables.close(), lambda.close()]);
    },
  };
}

/** Amazon DynamoDB, "BatchWriteItem": 25 puts in one. */
const MOST_PUTS = 25;
const LAMBDA_TIMEOUT_MS = 110_000;
const HOUR = 3_600_000;

/** The last tick was a minute ago, and there was no gap. */
function watchdogRow(nowMs: number, config: WatchConfig): BotFields {
  const healthy = { healthy_since_ms: nowMs - HOUR, healthy_at_ms: nowMs - 60_000 };
  return { bot_id: WATCHDOG_ROW, ticked_at_ms: nowMs - 60_000, times_digest: timesDigest(config), ...healthy };
}

/** As earlier ticks and beats have left it: of who is well the last tick saw the beat before the last. */
function rowOf(botId: string, times: WatchTimes, nowMs: number, isDead: boolean): BotFields {
  const beatAtMs = nowMs - (isDead ? times.deadAfterMs + 60_000 : 1_000);
  const seenAtMs = isDead ? beatAtMs : beatAtMs - times.heartbeatMs;
  const nextCheckAtMs = seenAtMs + (isDead ? times.deadAfterMs : times.lateAfterMs);
  const armedAtMs = beatAtMs - HOUR;
  return {
    ...{ bot_id: botId, run_id: RUN_ID, watch_state: 'armed', beats: 1, last_beat_at_ms: beatAtMs },
    ...{ heartbeat_ms: times.heartbeatMs, late_after_ms: times.lateAfterMs, dead_after_ms: times.deadAfterMs },
    ...{ watch_shard: shardOf(botId), next_check_at_ms: nextCheckAtMs },
    ...{ last_change: 'armed', changed_at_ms: armedAtMs, told_change_at_ms: armedAtMs, changed_by: 'bench' },
    ...{ seen_beat: `${isDead ? 1 : 0}@${seenAtMs}`, seen_at_ms: seenAtMs + 500, seen_after_ms: seenAtMs - 50_000 },
  };
}

/** The watchdog as it is deployed: bundled, in a process of its own, against the tables and Lambda of the local cloud. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { fromItem, toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { ENV, TICK } from '../../lambda/contract.ts';
import { bundleFunction } from '../../simulator/cloud/bundle.ts';
import { type FunctionHost, hostFunction, type InvocationResult } from '../../simulator/cloud/function-host.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from '../../simulator/cloud/lambda-endpoint.ts';
import { startTables, TABLE_NAMES, type Tables } from '../../simulator/cloud/tables.ts';

const clock = startClock();
const nowMs = Math.floor(clock.nowMs());
let folder: string;
let tables: Tables;
let lambda: LambdaEndpoint;
let watchdog: FunctionHost;
const liquidated: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flatline-'));
  [tables, lambda] = await Promise.all([startTables({ clock }), startLambdaEndpoint({ clock })]);
  const { path } = await bundleFunction('watchdog', folder);
  watchdog = hostFunction({
    ...{ bundlePath: path, name: 'watchdog', timeoutMs: 12_000, memoryMb: 256 },
    env: {
      [ENV.config]: '{"bot:alpha": {"heartbeat_seconds": 1}}',
      [ENV.botsTable]: TABLE_NAMES.bots,
      [ENV.liquidationsTable]: TABLE_NAMES.liquidations,
      [ENV.auditTable]: TABLE_NAMES.audit,
      [ENV.liquidator]: 'liquidator',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    },
  });
  lambda.register('liquidator', {
    invoke: async (event): Promise<InvocationResult> => {
      liquidated.push(event);
      return { kind: 'answered', payload: {}, cold: false, maxRssKb: 1 };
    },
  });
});
afterAll(async () => {
  await watchdog.close();
  await Promise.all([lambda.close(), tables.close(), rm(folder, { recursive: true })]);
});

const put = (row: Parameters<typeof toItem>[0]) =>
  tables.client.send(new PutItemCommand({ TableName: 'bots', Item: toItem(row) }));

/** Dead since a minute, as earlier ticks have seen it. */
async function seed(): Promise<void> {
  const beatAtMs = nowMs - 180_000;
  await put({ bot_id: WATCHDOG_ROW, healthy_since_ms: nowMs - 9e6, healthy_at_ms: nowMs - 60_000 });
  await put({
    ...{ bot_id: 'alpha', watch_state: 'armed', beats: 1, last_beat_at_ms: beatAtMs },
    ...{ watch_shard: 8, next_check_at_ms: nowMs - 60_000 },
    ...{ seen_beat: `1@${beatAtMs}`, seen_at_ms: beatAtMs + 5_000, seen_after_ms: beatAtMs - 50_000 },
  });
}

const itemsOf = async (TableName: string) => {
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
  return Items.map(fromItem);
};

it('refuses an event that is not a tick', async () => {
  const result = await watchdog.invoke({ key1: 'value1' });
  expect(result).toMatchObject({ kind: 'answered', payload: { success: false, errors: [{ code: 'EVENT_INVALID' }] } });
  expect(tables.faults.calls.filter(({ operation }) => !/^(Create|Describe)Table$/.test(operation))).toEqual([]);
});

it('trips a silent bot once, and writes the audit log and its seal', async () => {
  await seed();
  const result = await watchdog.invoke(TICK);
  expect(result).toMatchObject({ payload: { success: true, problems: [], fired: [{ bot_id: 'alpha' }] } });
  await watchdog.invoke(TICK);
  await lambda.idle();
  const [row] = (await itemsOf('bots')).filter(item => item.bot_id === 'alpha');
  expect(liquidated).toEqual([
    {
      ...{ action: 'liquidate', trigger: 'watchdog', bot_id: 'alpha', correlation_id: row?.correlation_id },
      trip: row?.correlation_id,
      reason: expect.stringContaining('silent beyond its deadline'),
    },
  ]);
  expect(row).toMatchObject({ watch_state: 'tripped', invoked_at_ms: expect.any(Number) });
  const auditLog = await itemsOf('audit');
  expect(auditLog.map(item => [item.event_type, item.correlation_id])).toEqual([['bot_dead', row?.correlation_id]]);
  const [record] = await itemsOf('liquidations');
  expect(record?.seals).toHaveLength(1);
  expect(watchdog.logs.join('\n')).toContain('"BotsDead"');
});

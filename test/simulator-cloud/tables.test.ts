import { setTimeout as nextTurn } from 'node:timers/promises';
import {
  type AttributeValue,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { INDEXES } from '../../lambda/contract.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION, startTables, type Tables } from '../../simulator/cloud/tables.ts';

let nowMs = 0;
let tables: Tables;
beforeAll(async () => {
  const { sleep } = startClock();
  tables = await startTables({ clock: { nowMs: () => nowMs, sleep } });
});
afterAll(() => tables.close());
beforeEach(() => tables.faults.clear());

const key = (id: string) => ({ correlation_id: { S: id } });
const put = (id: string) => new PutItemCommand({ TableName: 'liquidations', Item: key(id) });
const get = (id: string) => new GetItemCommand({ TableName: 'liquidations', Key: key(id), ConsistentRead: true });

/** One attempt, so that a fault is seen and not repaired. */
const once = () =>
  new DynamoDBClient({
    endpoint: tables.url,
    region: LOOPBACK_REGION,
    credentials: LOOPBACK_CREDENTIALS,
    maxAttempts: 1,
  });

describe('the tables of the local cloud', () => {
  it.each([
    ['liquidations', ['correlation_id HASH']],
    ['audit', ['correlation_id HASH', 'at_seq RANGE']],
    ['bots', ['bot_id HASH']],
  ])('%s has the keys of the contract', async (TableName, keys) => {
    const { Table } = await tables.client.send(new DescribeTableCommand({ TableName }));
    expect(Table?.KeySchema?.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`)).toEqual(keys);
  });

  it.each(['liquidations', 'audit', 'bots'])(
    '%s takes a call as soon as it is started, however long it is created',
    async name => {
      const slow = await startTables({ clock: startClock(), createMs: 200 });
      const { Table } = await slow.client.send(new DescribeTableCommand({ TableName: name }));
      await slow.close();
      expect(Table?.TableStatus).toBe('ACTIVE');
    },
  );

  it('finds due bots by shard and time, and only those that are watched', async () => {
    const bot = (id: string, watch: Record<string, AttributeValue>) =>
      new PutItemCommand({ TableName: 'bots', Item: { bot_id: { S: id }, ...watch } });
    await tables.client.send(bot('due', { watch_shard: { N: '3' }, next_check_at_ms: { N: '1000' } }));
    await tables.client.send(bot('later', { watch_shard: { N: '3' }, next_check_at_ms: { N: '9000' } }));
    await tables.client.send(bot('disarmed', {}));
    const { Items } = await tables.client.send(
      new QueryCommand({
        TableName: 'bots',
        IndexName: INDEXES.due.name,
        KeyConditionExpression: 'watch_shard = :shard AND next_check_at_ms <= :until',
        ExpressionAttributeValues: { ':shard': { N: '3' }, ':until': { N: '5000' } },
      }),
    );
    expect(Items?.map(item => item.bot_id?.S)).toEqual(['due']);
  });

  it('are found by a plain client through AWS_ENDPOINT_URL_DYNAMODB', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', tables.url);
    const client = new DynamoDBClient({ region: LOOPBACK_REGION, credentials: LOOPBACK_CREDENTIALS });
    await client.send(put('by-environment'));
    vi.unstubAllEnvs();
    expect((await tables.client.send(get('by-environment'))).Item).toEqual(key('by-environment'));
  });

  it('record each call with its instant', async () => {
    nowMs = 1_234;
    const before = tables.faults.calls.length;
    tables.faults.next({ kind: 'fail', status: 400, error: 'ThrottlingException' }, { operation: 'PutItem' });
    await once().send(get('x'));
    await once()
      .send(put('x'))
      .catch(() => undefined);
    expect(tables.faults.calls.slice(before)).toEqual([
      { atMs: 1_234, operation: 'GetItem', target: 'liquidations', fault: undefined },
      { atMs: 1_234, operation: 'PutItem', target: 'liquidations', fault: 'fail' },
    ]);
  });
});

describe('faults', () => {
  it('fail: AWS’s error by name, and nothing is done', async () => {
    tables.faults.next({ kind: 'fail', status: 400, error: 'ThrottlingException' });
    await expect(once().send(put('failed'))).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect((await once().send(get('failed'))).Item).toBeUndefined();
  });

  it('lose-answer: it is done, and the connection drops', async () => {
    tables.faults.next({ kind: 'lose-answer' });
    await expect(once().send(put('lost'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await once().send(get('lost'))).Item).toEqual(key('lost'));
  });

  it('hang: nothing is done and no answer comes', async () => {
    tables.faults.next({ kind: 'hang' });
    const abortSignal = AbortSignal.timeout(30);
    await expect(once().send(put('hung'), { abortSignal })).rejects.toMatchObject({ name: 'AbortError' });
    expect((await once().send(get('hung'))).Item).toBeUndefined();
  });

  it('slow: it is done, after the simulator’s clock has slept', async () => {
    const slept: number[] = [];
    const patient = await startTables({
      clock: {
        nowMs: () => 0,
        sleep: async ms => {
          slept.push(ms);
        },
      },
    });
    patient.faults.next({ kind: 'slow', delayMs: 5_000 });
    await patient.client.send(put('slow'));
    expect(slept).toEqual([5_000]);
    await patient.close();
  });

  it('hit only the calls that they are meant for, and end', async () => {
    tables.faults.always({ kind: 'fail', status: 400, error: 'AccessDeniedException' }, { target: 'audit' });
    tables.faults.next({ kind: 'fail', status: 400, error: 'ThrottlingException' }, { operation: 'PutItem', times: 2 });
    await once().send(get('x'));
    await expect(once().send(put('x'))).rejects.toThrow();
    await expect(once().send(put('x'))).rejects.toThrow();
    await once().send(put('x'));
    const audit = new GetItemCommand({ TableName: 'audit', Key: { ...key('x'), at_seq: { S: 'y' } } });
    await expect(once().send(audit)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    tables.faults.clear();
    await once().send(audit);
  });
});

it('closes only when the writes at work are done, though their clients were cut off', async () => {
  const clock = startClock();
  const closing = await startTables({ clock });
  await closing.client.send(putBot('warm-up'));
  const cut = Array.from({ length: 50 }, (_, nth) => closing.client.send(putBot(`b${nth}`)));
  const ended = Promise.allSettled(cut);
  await Promise.any(cut);
  await closing.close();
  expect(await ended).toHaveLength(50);
  // What is left undone throws in a timer of the store, where only the test runner can see it: not before those are due.
  for (let turns = 0; turns < 10; turns += 1) await nextTurn(1);
});

const putBot = (id: string) =>
  new PutItemCommand({
    TableName: 'bots',
    Item: {
      bot_id: { S: id },
      [INDEXES.due.partition]: { N: '0' },
      [INDEXES.due.sort]: { N: '1' },
    },
  });

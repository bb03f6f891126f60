import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startClock } from '../../../lambda/adapters/clock.ts';
import { createAuditSink } from '../../../lambda/adapters/dynamo/audit-sink.ts';
import { createDynamoClient } from '../../../lambda/adapters/dynamo/client.ts';
import { createLockStore } from '../../../lambda/adapters/dynamo/lock-store.ts';
import { createRunRecords, createUnfinishedRuns } from '../../../lambda/adapters/dynamo/run-records.ts';
import { type AnswerError, CORRELATION_ID_PATTERN } from '../../../lambda/contract.ts';
import {
  LOOPBACK_CREDENTIALS,
  LOOPBACK_REGION,
  startTables,
  TABLE_NAMES,
  type Tables,
} from '../../../simulator/cloud/tables.ts';
import { slowDynamoClient } from '../../support/slow-dynamo-client.ts';
import { answerOf, claimOf, conclusionOf } from '../../support/stored-records.ts';
import { auditLogOf, describeStoreContract } from '../store-contract.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables({ clock: startClock() });
});
afterAll(() => tables.close());
beforeEach(() => tables.faults.clear());

function open() {
  const client = slowDynamoClient(tables);
  return {
    lock: createLockStore({ client, tableName: TABLE_NAMES.liquidations }),
    audit: createAuditSink({ client, tableName: TABLE_NAMES.audit }),
    runs: createRunRecords({ client, tableName: TABLE_NAMES.liquidations }),
  };
}

let stores: ReturnType<typeof open>;
beforeAll(() => {
  stores = open();
});

describeStoreContract('DynamoDB', () => ({
  ...stores,
  goSilent: () => tables.faults.always({ kind: 'hang' }),
  loseNextAnswer: () => tables.faults.next({ kind: 'lose-answer' }),
  recover: () => tables.faults.clear(),
}));

describe('the lock in DynamoDB', () => {
  const T0 = Date.UTC(2026, 10, 21, 12, 0, 0);
  let ids = 0;
  const nextId = () => {
    ids += 1;
    return `liq_20261121_130000_${String(ids).padStart(6, '0')}`;
  };

  it('is taken with one request, and refused with two', async () => {
    const id = nextId();
    const before = tables.faults.calls.length;
    await stores.lock.claim(claimOf(id), 2_000);
    await stores.lock.claim(claimOf(id, { holder: 'holder-2' }), 2_000);
    const operations = tables.faults.calls.slice(before).map(call => `${call.operation} ${call.target}`);
    expect(operations).toEqual(['UpdateItem liquidations', 'UpdateItem liquidations', 'GetItem liquidations']);
  });

  it('writes the record with the names that tools and people expect', async () => {
    const id = nextId();
    await stores.lock.claim(claimOf(id), 2_000);
    await stores.lock.conclude(conclusionOf(id), 2_000);
    const key = { correlation_id: { S: id } };
    const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'liquidations', Key: key }));
    expect(Item).toEqual({
      correlation_id: { S: id },
      bot_id: { S: 'default' },
      claimed_for: { S: 'default liquidate account' },
      set_off_by: { S: 'shutdown' },
      run_state: { S: 'completed' },
      prior_state: { S: 'idle' },
      fence: { N: '1' },
      holder: { S: 'holder-1' },
      lease_until_at_ms: { N: String(T0 + 20_000) },
      first_started_at_ms: { N: String(T0) },
      started_at_ms: { N: String(T0) },
      started_at: { S: '2026-11-21T12:00:00.000Z' },
      finished_at_ms: { N: String(T0 + 420) },
      finished_at: { S: '2026-11-21T12:00:00.420Z' },
      recent_shard: { N: '0' },
      answer: { S: JSON.stringify(answerOf(id)) },
      headline: { S: 'FLAT' },
      seals: { SS: [`a1|5|${'ab'.repeat(32)}`] },
      // 2026-11-21 12:00 UTC is 1795262400; 400 days are 34560000 s.
      expires_at: { N: '1829822400' },
    });
  });

  it('lets a record that only a seal has made expire, and leaves the expiry of any other as it is', async () => {
    const expiryOf = async (id: string): Promise<string | undefined> => {
      const key = { correlation_id: { S: id } };
      const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'liquidations', Key: key }));
      return Item?.expires_at?.N;
    };
    const seal = { writer: 'p-0f', items: 1, lastHash: 'ab' };
    const [alone, claimed] = [nextId(), nextId()];
    await stores.lock.seal(alone, seal, T0 + 1_000, 2_000);
    await stores.lock.claim(claimOf(claimed), 2_000);
    await stores.lock.seal(claimed, seal, T0 + 1_000, 2_000);
    expect(await expiryOf(alone)).toBe('1829822401');
    expect(await expiryOf(claimed)).toBe('1829822400');
  });

  it('keeps the last preflight of a bot outside of both indexes, under a key that no liquidation can have', async () => {
    const botId = 'spelled';
    const note = { botId, correlationId: nextId(), headline: 'NOT READY', failedChecks: ['secret'] } as const;
    await stores.lock.notePreflight({ ...note, finishedAtMs: T0 }, 60_000);
    const key = { correlation_id: { S: 'preflight#spelled' } };
    const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'liquidations', Key: key }));
    expect(Item).toEqual({
      ...key,
      record_kind: { S: 'preflight' },
      bot_id: { S: botId },
      preflight_id: { S: note.correlationId },
      headline: { S: 'NOT READY' },
      failed_checks: { L: [{ S: 'secret' }] },
      finished_at_ms: { N: String(T0) },
      finished_at: { S: '2026-11-21T12:00:00.000Z' },
      expires_at: { N: '1829822400' },
    });
    expect('preflight#spelled').not.toMatch(CORRELATION_ID_PATTERN);
  });

  it('treats a preflight with invalid values as missing', async () => {
    const Item = { correlation_id: { S: 'preflight#edited' }, bot_id: { S: 'edited' }, headline: { S: 'FINE' } };
    await tables.client.send(new PutItemCommand({ TableName: 'liquidations', Item }));
    expect(await stores.runs.lastPreflights(['edited'], 2_000)).toEqual(new Map());
  });

  it('survives that the SDK repeats a claim and a conclusion whose replies were lost', async () => {
    const id = nextId();
    const before = tables.faults.calls.length;
    tables.faults.next({ kind: 'lose-answer' });
    expect(await stores.lock.claim(claimOf(id), 2_000)).toMatchObject({ kind: 'taken', attempt: 1 });
    tables.faults.next({ kind: 'lose-answer' });
    expect(await stores.lock.conclude(conclusionOf(id), 2_000)).toBe('concluded');
    const operations = tables.faults.calls.slice(before).map(call => call.operation);
    expect(operations).toEqual(['UpdateItem', 'UpdateItem', 'GetItem', 'UpdateItem', 'UpdateItem', 'GetItem']);
  });

  it('stores an answer of any length: the verdict whole, of long lists the first lines', async () => {
    const id = nextId();
    const error: AnswerError = { code: 'CLOSE_REFUSED', message: 'x'.repeat(500), heading: 'Positions not closing' };
    const answer = { ...answerOf(id, 'partial'), errors: Array<AnswerError>(2_000).fill(error) };
    await stores.lock.claim(claimOf(id), 2_000);
    expect(await stores.lock.conclude(conclusionOf(id, { state: 'partial', answer }), 2_000)).toBe('concluded');
    const stored = (await stores.lock.readRecord(id, 2_000))?.answer;
    // 2,000 errors of some 570 bytes are 1.1 MB; a quarter of them fits 300 kB.
    expect(stored?.errors).toHaveLength(500);
    expect(stored?.warnings[0]?.message).toContain('1500 lines');
    expect(stored).toMatchObject({
      headline: answer.headline,
      positions_closed: 2,
      total_realized_pnl: '-12.34000000',
    });
  });

  it.each([
    ['ProvisionedThroughputExceededException', 400, 'throttled'],
    ['AccessDeniedException', 400, 'refused'],
    ['ResourceNotFoundException', 400, 'refused'],
    ['InternalServerError', 500, 'unknown'],
  ])('says what is known after %s', async (error, status, certainty) => {
    tables.faults.always({ kind: 'fail', status, error: `com.amazonaws.dynamodb.v20120810#${error}` });
    const failure = await stores.lock.claim(claimOf(nextId()), 2_000).catch(thrown => thrown);
    expect(failure).toMatchObject({ name: 'StoreError', certainty });
    expect(failure.message).toContain('liquidations');
    expect(failure.cause).toBeUndefined();
  });

  it('ends by the caller’s timeout, not by the client’s own patience', async () => {
    tables.faults.always({ kind: 'hang' });
    await expect(stores.lock.claim(claimOf(nextId()), 30)).rejects.toThrow('within 30 ms');
  });

  it('distinguishes a store that cannot be reached from one that does not answer', async () => {
    const gone = createDynamoClient({
      endpoint: 'http://127.0.0.1:1',
      region: LOOPBACK_REGION,
      credentials: LOOPBACK_CREDENTIALS,
      maxAttempts: 1,
    });
    const lock = createLockStore({ client: gone, tableName: TABLE_NAMES.liquidations });
    await expect(lock.claim(claimOf(nextId()), 2_000)).rejects.toMatchObject({ certainty: 'unreached' });
  });
});

describe('the audit log in DynamoDB', () => {
  it('lists audit logs longer than a page', async () => {
    const id = 'liq_20261121_140000_abcdef';
    const padded = auditLogOf(id, 12).map(item => ({ ...item, data: { padding: 'x'.repeat(200_000) } }));
    for (const item of padded) await stores.audit.append(item, 5_000);
    const before = tables.faults.calls.length;
    const listed = await stores.audit.list(id, 5_000);
    expect(listed.map(item => item.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(tables.faults.calls.length - before).toBeGreaterThan(1);
  });

  it('does not count another writer’s item as its own, not even an identical one', async () => {
    const id = 'liq_20261121_140000_abcde0';
    const [item] = auditLogOf(id, 1);
    if (item === undefined) throw new Error('An audit log of one has one item.');
    await open().audit.append(item, 2_000);
    await expect(open().audit.append(item, 2_000)).rejects.toMatchObject({ name: 'StoreError', certainty: 'refused' });
    await expect(stores.audit.append(item, 2_000)).rejects.toMatchObject({ certainty: 'refused' });
    await expect(stores.audit.append(item, 2_000)).rejects.toMatchObject({ certainty: 'refused' });
  });
});

describe('the audit log in DynamoDB', () => {
  it('is tidied away after 400 days, by an attribute outside its hash', async () => {
    const id = 'liq_20261121_140000_00000e';
    const [item] = auditLogOf(id, 1);
    if (item === undefined) throw new Error('the audit log has no item');
    await stores.audit.append(item, 2_000);
    const command = new GetItemCommand({
      TableName: TABLE_NAMES.audit,
      Key: { correlation_id: { S: id }, at_seq: { S: item.at_seq } },
    });
    const { Item } = await tables.client.send(command);
    expect(Number(Item?.expires_at?.N)).toBe(Math.floor(Date.parse(item.timestamp) / 1_000) + 34_560_000);
    expect(await stores.audit.list(id, 2_000)).toEqual([item]);
  });
});

describe('the unfinished liquidations in DynamoDB', () => {
  const runs = () => createUnfinishedRuns({ client: slowDynamoClient(tables), tableName: TABLE_NAMES.liquidations });
  const dueIds = async (nowMs: number) =>
    (await runs().due(nowMs, 100, 2_000)).map(run => run.correlationId).filter(id => id.startsWith('liq_20261121_15'));

  it('are due from the very instant, in the order of their time, and no longer once they are over', async () => {
    const [late, early, done] = [
      'liq_20261121_150000_000001',
      'liq_20261121_150000_000002',
      'liq_20261121_150000_000003',
    ];
    const now = claimOf(late).nowMs;
    for (const id of [late, early, done]) await stores.lock.claim(claimOf(id, { symbols: ['BTCUSDT'] }), 2_000);
    await stores.lock.conclude(conclusionOf(late, { state: 'failed', resumeAtMs: now + 9_000 }), 60_000);
    await stores.lock.conclude(conclusionOf(early, { state: 'partial', resumeAtMs: now + 4_000 }), 60_000);
    await stores.lock.conclude(conclusionOf(done), 2_000);
    expect(await dueIds(now + 3_999)).toEqual([]);
    expect(await dueIds(now + 4_000)).toEqual([early]);
    expect(await dueIds(now + 9_000)).toEqual([early, late]);
    const [run] = (await runs().due(now + 4_000, 100, 2_000)).filter(one => one.correlationId === early);
    expect(run).toMatchObject({
      state: 'partial',
      attempt: 1,
      symbols: ['BTCUSDT'],
      trigger: 'shutdown',
      botId: 'default',
    });
    if (run === undefined) throw new Error('the run is not due');
    expect(await runs().giveUp(run, now, 2_000)).toBe(true);
    expect(await runs().giveUp(run, now, 2_000)).toBe(false);
    expect(await dueIds(now + 9_000)).toEqual([late]);
  });
});

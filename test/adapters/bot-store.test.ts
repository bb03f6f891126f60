import { PutItemCommand, type QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { expressionsOf } from '../../lambda/adapters/dynamo/bot-expressions.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { BOT_ATTRIBUTES, BOT_WRITES, type BotWrite } from '../../lambda/bot-row.ts';
import {
  beatWithoutProofChange,
  forestallChange,
  markChange,
  runBeatChange,
  startChange,
  stopChange,
  takeOverChange,
  takeOverSilentChange,
  waitChange,
  whyRunRefusedChange,
  withdrawChange,
} from '../../lambda/core/heartbeat/client-changes.ts';
import { disarmChange } from '../../lambda/core/heartbeat/operator-changes.ts';
import type { RowChange } from '../../lambda/core/heartbeat/row-change.ts';
import { startTables, type Tables } from '../../simulator/cloud/tables.ts';
import { createMemoryBotStore, type MemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { beat } from '../support/bot-actions.ts';
import { slowDynamoClient } from '../support/slow-dynamo-client.ts';
import { describeBotStoreContract } from './bot-store-contract.ts';

const T0 = Date.UTC(2026, 10, 21, 12, 0, 0);
const SIGN = {
  ...{ botId: 'alpha', atMs: T0, count: 1, by: 'bot', arms: true },
  times: { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 },
};

let tables: Tables;
let store: ReturnType<typeof createBotStore>;
let memory: MemoryBotStore;
beforeAll(async () => {
  tables = await startTables({ clock: startClock() });
  const client = slowDynamoClient(tables);
  store = createBotStore({ client, tableName: 'bots' });
  memory = createMemoryBotStore({ nowMs: () => 0, sleep: () => Promise.resolve() });
});
afterAll(() => tables.close());
beforeEach(() => tables.faults.clear());

describeBotStoreContract('DynamoDB', () => ({
  bots: store,
  edit: async (botId, fields) => {
    await tables.client.send(new PutItemCommand({ TableName: 'bots', Item: toItem({ ...fields, bot_id: botId }) }));
  },
  goSilent: () => tables.faults.always({ kind: 'hang' }),
  recover: () => tables.faults.clear(),
}));

describeBotStoreContract('memory', () => ({
  bots: memory,
  edit: async (botId, fields) => memory.edit(botId, fields),
  goSilent: () => memory.injectFaults(() => 'hang'),
  recover: () => memory.injectFaults(() => undefined),
}));

describe('the bots in DynamoDB', () => {
  it('send a heartbeat with one write', async () => {
    await beat(store, SIGN, 2_000);
    const before = tables.faults.calls.length;
    await beat(store, { ...SIGN, count: 2, atMs: T0 + 10_000, arms: false }, 2_000);
    expect(tables.faults.calls.slice(before).map(call => call.operation)).toEqual(['UpdateItem']);
  });

  it('are distinguished from a change of our own whose answer was lost', async () => {
    await beat(store, { ...SIGN, botId: 'lost' }, 2_000);
    tables.faults.next({ kind: 'lose-answer' });
    const change = disarmChange({ botId: 'lost', atMs: T0, by: 'bot' });
    await expect(store.change(change, 2_000)).rejects.toMatchObject({ name: 'StoreError', certainty: 'unknown' });
    expect(await store.read('lost', 2_000)).toMatchObject({ watch_state: 'disarmed' });
  });

  it('are found through pages of the index', async () => {
    // Keys are small, so a page of a megabyte holds thousands; a Limit in the test's own query shows that pages work.
    for (const id of ['p-1', 'p-2', 'p-3']) {
      const Item = toItem({ bot_id: id, watch_shard: 5, next_check_at_ms: 1_000 });
      await tables.client.send(new PutItemCommand({ TableName: 'bots', Item }));
    }
    const send = tables.client.send.bind(tables.client);
    const paging = {
      send: (command: QueryCommand, options: object) => {
        command.input.Limit = 1;
        return send(command, options);
      },
    };
    const paged = createBotStore({ client: paging as unknown as typeof tables.client, tableName: 'bots' });
    const due = await paged.due(5, 1_000, 2_000);
    expect(due.map(({ botId }) => botId).filter(id => id.startsWith('p-'))).toHaveLength(3);
  });
});

describe('a write of BOT_WRITES is the change that flatline itself makes', () => {
  const run = { ...SIGN, runId: 'run-of-alpha' };
  const end = { ...{ botId: 'alpha', runId: 'run-of-alpha', atMs: T0, by: 'bot', reason: 'why' }, callId: 'call-1' };
  it.each<[BotWrite, RowChange]>([
    ['takeOver', takeOverChange(run)],
    ['takeOverSilent', takeOverSilentChange(run, { runId: 'other-run', beats: 7, lastBeatAtMs: T0 })],
    ['start', startChange(run)],
    ['wait', waitChange(run)],
    ['beat', runBeatChange(run)],
    ['beatWithoutProof', beatWithoutProofChange(run)],
    ['whyRefused', whyRunRefusedChange(run)],
    ['disarm', stopChange(end)],
    ['fail', markChange(end)],
    ['withdraw', withdrawChange('alpha', 'call-1')],
    ['forestall', forestallChange('alpha', 'call-1')],
  ])('%s', (name, change) => {
    const { update, condition } = expressionsOf(change);
    expect(BOT_WRITES[name]).toEqual({ update, condition });
  });
});

describe('the row of a bot', () => {
  it('names no attribute by a reserved word of DynamoDB', async () => {
    // The embedded DynamoDB refuses them as the real one does.
    const values = Object.fromEntries(BOT_ATTRIBUTES.map(name => [`:${name}`, 1]));
    const update = new UpdateItemCommand({
      ...{ TableName: 'bots', Key: toItem({ bot_id: 'reserved' }), ExpressionAttributeValues: toItem(values) },
      UpdateExpression: `SET ${BOT_ATTRIBUTES.map(name => `${name} = :${name}`).join(', ')}`,
    });
    await expect(tables.client.send(update)).resolves.toBeDefined();
  });

  it('names each attribute once', () => {
    expect(new Set(BOT_ATTRIBUTES).size).toBe(BOT_ATTRIBUTES.length);
  });
});

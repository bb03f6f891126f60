/**
 * What only AWS's own engine refuses, held against the most that we write. Run by dynamodb-local.config.ts alone: the
 * embedded engine takes any depth and expressions of any length, and knows no transactions.
 */

import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { createAuditSink } from '../../lambda/adapters/dynamo/audit-sink.ts';
import { openAuditLog } from '../../lambda/app/audit-log.ts';
import { BOT_ATTRIBUTES } from '../../lambda/bot-row.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { startTables, TABLE_NAMES, type Tables } from '../../simulator/cloud/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables({ clock: startClock() });
});
afterAll(() => tables.close());

it('is another engine than the embedded one', async () => {
  const put = { Put: { TableName: TABLE_NAMES.bots, Item: toItem({ bot_id: 'in-a-transaction' }) } };
  await tables.client.send(new TransactWriteItemsCommand({ TransactItems: [put] }));
  const Key = toItem({ bot_id: 'in-a-transaction' });
  expect((await tables.client.send(new GetItemCommand({ TableName: TABLE_NAMES.bots, Key }))).Item).toEqual(Key);
});

it('refuses what is nested deeper than 32 levels, which the audit log never is', async () => {
  const nested = (levels: number): object => (levels === 0 ? {} : { deeper: nested(levels - 1) });
  const refused = new PutItemCommand({
    TableName: TABLE_NAMES.audit,
    Item: { ...toItem({ correlation_id: 'deep', at_seq: '0' }), data: deepAttribute(33) },
  });
  await expect(tables.client.send(refused)).rejects.toThrow(/nest/i);

  const correlationId = 'liq_20261121_120000_dee900';
  const audit = createAuditSink({ client: tables.client, tableName: TABLE_NAMES.audit });
  const telemetry = { log: () => undefined, metric: () => undefined, redact: () => undefined, flush: () => undefined };
  const auditLog = openAuditLog(
    { clock: startClock(), audit, telemetry },
    { correlationId, botId: 'alpha', attempt: 1, writer: 'a1' },
  );
  auditLog.record({ type: 'liquidation_started', operation: 'test', data: nested(500) as Record<string, unknown> });
  expect(await auditLog.drain(5_000)).toBe(0);
  const items = await audit.list(correlationId, 5_000);
  expect(verifyAuditLog(items, [auditLog.seal()])).toMatchObject({ ok: true, sealed: true });
});

it('takes an expression of all attributes of a bot, which is far from the 4 KB it allows', async () => {
  const UpdateExpression = `SET ${BOT_ATTRIBUTES.map(name => `${name} = :${name}`).join(', ')}`;
  const values = Object.fromEntries(BOT_ATTRIBUTES.map(name => [`:${name}`, name.endsWith('_ms') ? 1 : 'x']));
  const update = new UpdateItemCommand({
    ...{ TableName: TABLE_NAMES.bots, Key: toItem({ bot_id: 'all' }), UpdateExpression },
    ExpressionAttributeValues: toItem({ ...values, ':watch_shard': 1 }),
  });
  await tables.client.send(update);
  expect(UpdateExpression.length).toBeLessThan(2_048);
});

const deepAttribute = (levels: number): AttributeValue => ({
  M: levels === 0 ? {} : { deeper: deepAttribute(levels - 1) },
});

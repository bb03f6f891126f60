/**
 * The bots' rows in the table `bots`. The index `due` has keys only and follows the table with a delay, so each bot is
 * assessed by its row.
 */

import {
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { BOT_ID_PATTERN, INDEXES } from '../../contract.ts';
import type { BotFields, RowChange } from '../../core/heartbeat/row-change.ts';
import { StoreError } from '../../core/invocation/error-codes.ts';
import type { BotStore, DueBot } from '../../ports.ts';
import { allItems, fromItem, type Item, toItem } from './attributes.ts';
import { expressionsOf } from './bot-expressions.ts';
import { callsOf } from './bounded-call.ts';
import type { TableAccess } from './lock-table.ts';

export function createBotStore(table: TableAccess): BotStore {
  const bounded = callsOf(table);
  return {
    read: (botId, timeoutMs) => bounded(`read the bot ${botId}`, timeoutMs, signal => read(table, botId, signal)),
    change: (change, timeoutMs) =>
      bounded(`${change.doing} ${change.botId}`, timeoutMs, signal => write(table, change, signal)),
    due: (shard, untilMs, timeoutMs) =>
      bounded(`list the due bots of shard ${shard}`, timeoutMs, signal => due(table, shard, untilMs, signal)),
    list: timeoutMs => bounded('list the bots', timeoutMs, signal => list(table, signal)),
  };
}

async function read(table: TableAccess, botId: string, signal: AbortSignal): Promise<BotFields | undefined> {
  const command = new GetItemCommand({ TableName: table.tableName, Key: keyOf(botId), ConsistentRead: true });
  const { Item } = await table.client.send(command, { abortSignal: signal });
  return Item && withoutKey(Item);
}

async function write(table: TableAccess, change: RowChange, signal: AbortSignal): Promise<BotFields | undefined> {
  const { update, condition, values } = expressionsOf(change);
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: keyOf(change.botId),
    UpdateExpression: update,
    ...(condition === '' ? {} : { ConditionExpression: condition }),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: toItem(values) }),
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes = {} } = await table.client.send(command, { abortSignal: signal });
    return withoutKey(Attributes);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if ((error.$metadata.attempts ?? 1) === 1) return undefined;
    // The SDK repeated a request whose reply was lost: it may be our own first try that changed the row.
    throw new StoreError(
      'unknown',
      `The table ${table.tableName} may or may not have done it: ${change.doing} ${change.botId}.`,
    );
  }
}

async function due(
  table: TableAccess,
  shard: number,
  untilMs: number,
  signal: AbortSignal,
): Promise<readonly DueBot[]> {
  const { name, partition, sort } = INDEXES.due;
  const query = {
    TableName: table.tableName,
    IndexName: name,
    KeyConditionExpression: `${partition} = :shard AND ${sort} <= :until`,
    ExpressionAttributeValues: toItem({ ':shard': shard, ':until': untilMs }),
  };
  const items = await allItems(from =>
    table.client.send(new QueryCommand({ ...query, ExclusiveStartKey: from }), { abortSignal: signal }),
  );
  return items.map(fromItem).map(({ bot_id, next_check_at_ms }) => ({
    botId: String(bot_id),
    nextCheckAtMs: Number(next_check_at_ms),
  }));
}

async function list(table: TableAccess, signal: AbortSignal): Promise<ReadonlyMap<string, BotFields>> {
  const scan = { TableName: table.tableName, ConsistentRead: true };
  const items = await allItems(from =>
    table.client.send(new ScanCommand({ ...scan, ExclusiveStartKey: from }), { abortSignal: signal }),
  );
  const rows = items.map(item => [String(fromItem(item).bot_id), withoutKey(item)] as const);
  return new Map(rows.filter(([botId]) => BOT_ID_PATTERN.test(botId)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const keyOf = (botId: string): Item => toItem({ bot_id: botId });

function withoutKey(item: Item): BotFields {
  const { bot_id: _, ...fields } = fromItem(item);
  return fields;
}

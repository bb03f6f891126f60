/** The two requests the lock makes of its table, and how their values are spelled. */

import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Plain } from '../../core/text/plain-json.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { type Item, toItem } from './attributes.ts';
import { readRecordItem } from './lock-record.ts';

export interface TableAccess {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Consistent: what stands there now. */
export async function readRecord(
  table: TableAccess,
  correlationId: string,
  signal: AbortSignal,
): Promise<LiquidationRecord | undefined> {
  const item = await readItem(table, correlationId, signal);
  return item && readRecordItem(item);
}

/** As it is stored; consistent. */
export async function readItem(table: TableAccess, key: string, signal: AbortSignal): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: table.tableName, Key: keyOf(key), ConsistentRead: true });
  const { Item } = await table.client.send(command, { abortSignal: signal });
  return Item;
}

/** The attributes written (as `ReturnValues` asks), or undefined when the condition failed. */
export async function updateRecord(
  table: TableAccess,
  correlationId: string,
  signal: AbortSignal,
  input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
): Promise<Item | undefined> {
  const command = new UpdateItemCommand({ ...input, TableName: table.tableName, Key: keyOf(correlationId) });
  try {
    const { Attributes } = await table.client.send(command, { abortSignal: signal });
    return Attributes ?? {};
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

const keyOf = (correlationId: string): Item => toItem({ correlation_id: correlationId });

/** `{ now: 1 }` to `{ ':now': { N: '1' } }`. */
export function values(fields: { readonly [key: string]: Plain }): Item {
  return toItem(Object.fromEntries(Object.entries(fields).map(([key, value]) => [`:${key}`, value])));
}

/**
 * The audit log in the table `audit`: new items only, never an update, never a delete. The function may put and
 * nothing else, so an item that is already there cannot be read: it counts as ours only if this sink sent it.
 */

import { ConditionalCheckFailedException, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { StoreError } from '../../core/invocation/error-codes.ts';
import { type Plain, toPlain } from '../../core/text/plain-json.ts';
import type { AuditItem, AuditSink } from '../../ports.ts';
import { allItems, fromItem, type Item, toItem } from './attributes.ts';
import { callsOf } from './bounded-call.ts';
import { expiryOf } from './lock-record.ts';
import type { TableAccess } from './lock-table.ts';

/** A container lives for hours; what it sent long ago is not sent again. */
const REMEMBERED_ITEMS = 2_000;

/** Keep one per container, so that an item whose put had no answer may be put again. */
export function createAuditSink(table: TableAccess): AuditSink {
  const sent = new Map<string, string>();
  const bounded = callsOf(table);
  return {
    append: (item, timeoutMs) => bounded(`take ${item.at_seq}`, timeoutMs, signal => put(table, item, sent, signal)),
    list: (correlationId, timeoutMs) =>
      bounded(`list ${correlationId}`, timeoutMs, signal => listAll(table, correlationId, signal)),
  };
}

async function put(table: TableAccess, item: AuditItem, sent: Map<string, string>, signal: AbortSignal): Promise<void> {
  const sentBefore = sent.get(keyOf(item)) === item.hash;
  const command = new PutItemCommand({
    TableName: table.tableName,
    // The expiry belongs to the table, not to the audit log, so the hash does not cover it.
    Item: toItem({ ...(toPlain(item) as { readonly [key: string]: Plain }), expires_at: expiryOf(writtenAtMs(item)) }),
    ConditionExpression: 'attribute_not_exists(correlation_id)',
  });
  remember(sent, item);
  try {
    await table.client.send(command, { abortSignal: signal });
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if (sentBefore || (error.$metadata.attempts ?? 1) > 1) return;
    sent.delete(keyOf(item));
    throw new StoreError('refused', `The audit item ${item.at_seq} of ${item.correlation_id} exists already.`);
  }
}

function remember(sent: Map<string, string>, item: AuditItem): void {
  sent.set(keyOf(item), item.hash);
  const [oldest] = sent.keys();
  if (sent.size > REMEMBERED_ITEMS && oldest !== undefined) sent.delete(oldest);
}

const keyOf = ({ correlation_id, at_seq }: AuditItem): string => `${correlation_id} ${at_seq}`;

async function listAll(table: TableAccess, correlationId: string, signal: AbortSignal): Promise<readonly AuditItem[]> {
  const query = {
    TableName: table.tableName,
    KeyConditionExpression: 'correlation_id = :id',
    ExpressionAttributeValues: toItem({ ':id': correlationId }),
    ConsistentRead: true,
  };
  const items = await allItems(from =>
    table.client.send(new QueryCommand({ ...query, ExclusiveStartKey: from }), { abortSignal: signal }),
  );
  return items.map(withoutExpiry);
}

function withoutExpiry(item: Item): AuditItem {
  const { expires_at: _, ...fields } = fromItem(item);
  return fields as unknown as AuditItem;
}

const writtenAtMs = ({ timestamp }: AuditItem): number => Date.parse(timestamp);

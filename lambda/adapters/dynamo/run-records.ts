/**
 * The liquidations of the past, through the index `recent`. The index follows the table with a delay and holds keys
 * only, so each record is read from the table, consistently; one that has expired meanwhile is left out.
 */

import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES, RECENT_SHARD } from '../../contract.ts';
import { isListed } from '../../core/invocation/liquidation-record.ts';
import type { LiquidationRecord, RecentQuery, RunRecords } from '../../ports.ts';
import { fromItem, type Item } from './attributes.ts';
import { callsOf } from './bounded-call.ts';
import { readRecord, type TableAccess, values } from './lock-table.ts';
import { pagesOf } from './pages.ts';
import { readPreflightNotes } from './preflight-notes.ts';

/** Records read side by side: about half as many as the client has connections. */
const PAGE = 25;

export function createRunRecords(table: TableAccess): RunRecords {
  const bounded = callsOf(table);
  return {
    recent: (query, timeoutMs) => bounded('list liquidations', timeoutMs, signal => recent(table, query, signal)),
    read: (correlationId, timeoutMs) =>
      bounded(`read the record of ${correlationId}`, timeoutMs, signal => readRecord(table, correlationId, signal)),
    lastPreflights: (botIds, timeoutMs) =>
      bounded('read the last preflights', timeoutMs, signal => readPreflightNotes(table, botIds, signal)),
  };
}

async function recent(
  table: TableAccess,
  query: RecentQuery,
  signal: AbortSignal,
): Promise<readonly LiquidationRecord[]> {
  const found: LiquidationRecord[] = [];
  const pages = pagesOf(from => table.client.send(pageOf(table, query, from), { abortSignal: signal }));
  for await (const items of pages) {
    const ids = items.map(item => String(fromItem(item).correlation_id));
    const records = await Promise.all(ids.map(id => readRecord(table, id, signal)));
    found.push(...records.filter(record => record !== undefined).filter(record => isListed(record, query)));
    if (found.length >= query.limit) break;
  }
  return found.slice(0, query.limit);
}

/** BETWEEN takes both its ends, so the exclusive one is left to `isListed`. */
function pageOf(table: TableAccess, { beforeMs, sinceMs }: RecentQuery, from: Item | undefined): QueryCommand {
  const { name, partition, sort } = INDEXES.recent;
  return new QueryCommand({
    TableName: table.tableName,
    IndexName: name,
    KeyConditionExpression: `${partition} = :shard AND ${sort} BETWEEN :since AND :before`,
    ExpressionAttributeValues: values({
      shard: RECENT_SHARD,
      since: sinceMs ?? 0,
      before: beforeMs ?? Number.MAX_SAFE_INTEGER,
    }),
    ScanIndexForward: false,
    Limit: PAGE,
    ExclusiveStartKey: from,
  });
}

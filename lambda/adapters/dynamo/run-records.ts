/**
 * The liquidations of the past, through the index `recent`, and those that are not over, through the sparse index `unfinished`.
 * Both follow the table with a delay, so each record is read from the table, consistently; one that has expired is left out.
 */

import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES, RECENT_SHARD, RESUME_SHARD } from '../../contract.ts';
import { isListed, unfinishedRun } from '../../core/invocation/liquidation-record.ts';
import type { LiquidationRecord, RecentQuery, RunRecords, UnfinishedRun, UnfinishedRuns } from '../../ports.ts';
import { fromItem, type Item, pagesOf } from './attributes.ts';
import { callsOf } from './bounded-call.ts';
import { readRecord, type TableAccess, updateRecord, values } from './lock-table.ts';
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

export function createUnfinishedRuns(table: TableAccess): UnfinishedRuns {
  const bounded = callsOf(table);
  return {
    due: (nowMs, limit, timeoutMs) =>
      bounded('list unfinished liquidations', timeoutMs, signal => due(table, nowMs, limit, signal)),
    giveUp: (run, nowMs, timeoutMs) =>
      bounded(`give up ${run.correlationId}`, timeoutMs, signal => giveUp(table, run, nowMs, signal)),
  };
}

async function due(
  table: TableAccess,
  nowMs: number,
  limit: number,
  signal: AbortSignal,
): Promise<readonly UnfinishedRun[]> {
  const { name, partition, sort } = INDEXES.unfinished;
  const query = new QueryCommand({
    TableName: table.tableName,
    IndexName: name,
    KeyConditionExpression: `${partition} = :shard AND ${sort} <= :now`,
    ExpressionAttributeValues: values({ shard: RESUME_SHARD, now: nowMs }),
    Limit: limit,
  });
  const { Items = [] } = await table.client.send(query, { abortSignal: signal });
  const ids = Items.map(item => String(fromItem(item).correlation_id));
  const records = await Promise.all(ids.map(id => readRecord(table, id, signal)));
  return records.flatMap(record => unfinishedRun(record, nowMs) ?? []);
}

/** Only if the record still has the attempt that was read: a run that was resumed meanwhile continues. */
async function giveUp(table: TableAccess, run: UnfinishedRun, nowMs: number, signal: AbortSignal): Promise<boolean> {
  const written = await updateRecord(table, run.correlationId, signal, {
    UpdateExpression: 'SET gave_up_at_ms = :now REMOVE resume_shard, resume_at_ms',
    ConditionExpression: 'fence = :fence AND resume_at_ms = :resume_at',
    ExpressionAttributeValues: values({ now: nowMs, fence: run.attempt, resume_at: run.resumeAtMs }),
  });
  return written !== undefined;
}

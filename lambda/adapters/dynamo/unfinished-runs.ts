/**
 * The liquidations that are not over, through the sparse index `unfinished`. The index follows the table with a delay,
 * so each candidate is read again, consistently, before it counts.
 */

import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES, RESUME_SHARD } from '../../contract.ts';
import { unfinishedRun } from '../../core/invocation/liquidation-record.ts';
import type { UnfinishedRun, UnfinishedRuns } from '../../ports.ts';
import { fromItem } from './attributes.ts';
import { callsOf } from './bounded-call.ts';
import { readRecord, type TableAccess, updateRecord, values } from './lock-table.ts';

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

/**
 * Simulates passed time in the bots table without waiting: every instant in it is set back. For the watchdog, an hour of
 * silence is a row whose last heartbeat is an hour old.
 */

import { type AttributeValue, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type BotAttribute, WATCHDOG_ROW } from '../../../lambda/bot-row.ts';
import { TABLE_KEYS } from '../../../lambda/contract.ts';

/** No other writer may be active meanwhile. `ticksWentOn`: the watchdog has run until now. */
export async function ageRows(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  { ms, ticksWentOn }: { readonly ms: number; readonly ticksWentOn: boolean },
): Promise<void> {
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    const puts = (page.Items ?? []).map(row => {
      const kept = ticksWentOn && row[TABLE_KEYS.bots.partition]?.S === WATCHDOG_ROW ? SEEN : [];
      return client.send(new PutItemCommand({ TableName: tableName, Item: agedRow(row, ms, kept) }));
    });
    await Promise.all(puts);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

const SEEN: readonly BotAttribute[] = ['ticked_at_ms', 'healthy_at_ms'];

/** Counts, durations and texts are not instants. */
type Timeless =
  | ('watch_state' | 'beats' | 'heartbeat_ms' | 'late_after_ms' | 'dead_after_ms' | 'watch_shard' | 'sentinel_minute')
  | ('asked_heartbeat_ms' | 'asked_late_after_ms' | 'asked_dead_after_ms' | 'told_times_for' | 'times_digest')
  | ('run_id' | 'prior_run_id' | 'refused_run_id' | 'unproven_starts' | 'is_exclusive' | 'correlation_id')
  | ('failed_call_id' | 'withdrawn_call_id' | 'failed_reason' | 'last_change' | 'change_reason' | 'changed_by')
  | ('canary_took_ms' | 'canary_problems')
  | ('tripped_by' | 'ping_token_by' | 'ping_token_hash' | 'ping_prior_hash' | 'snooze_every' | 'snooze_every_for_ms');

/**
 * `name`: of a beat, which the watchdog knows by its count and its instant (`7@1732147200000`). Does not compile while an
 * attribute is neither here nor timeless.
 */
const MOVED: Readonly<Record<Exclude<BotAttribute, Timeless>, 'instant' | 'name'>> = {
  last_beat_at_ms: 'instant',
  canary_judged_at_ms: 'instant',
  next_check_at_ms: 'instant',
  changed_at_ms: 'instant',
  told_change_at_ms: 'instant',
  snoozed_until_ms: 'instant',
  failed_at_ms: 'instant',
  seen_at_ms: 'instant',
  seen_after_ms: 'instant',
  tripped_at_ms: 'instant',
  tripped_deadline_ms: 'instant',
  lockout_until_ms: 'instant',
  invoked_at_ms: 'instant',
  refused_beat_at_ms: 'instant',
  ticked_at_ms: 'instant',
  healthy_at_ms: 'instant',
  worked_at_ms: 'instant',
  waiting_since_ms: 'instant',
  armed_at_ms: 'instant',
  told_failure_at_ms: 'instant',
  healthy_since_ms: 'instant',
  proven_at_ms: 'instant',
  ping_token_at_ms: 'instant',
  ping_prior_until_ms: 'instant',
  seen_beat: 'name',
  late_told_for: 'name',
  told_restarts_for: 'name',
};

function agedRow(
  row: Readonly<Record<string, AttributeValue>>,
  ms: number,
  kept: readonly BotAttribute[],
): Record<string, AttributeValue> {
  const moved = Object.keys(MOVED).filter(name => !kept.some(one => one === name) && row[name] !== undefined);
  return { ...row, ...Object.fromEntries(moved.map(name => [name, aged(row[name], ms)])) };
}

/** Zero is not an instant: it means "never", or "at the next watchdog run". */
function aged(value: AttributeValue | undefined, ms: number): AttributeValue {
  if (value?.S !== undefined) return { S: value.S.replace(/(?<=@)\d+$/, at => String(Number(at) - ms)) };
  if (value?.L !== undefined) return { L: value.L.map(one => aged(one, ms)) };
  return { N: value?.N === undefined || value.N === '0' ? '0' : String(Number(value.N) - ms) };
}

/**
 * Lets time pass for whoever reads the table of bots, without waiting for it: every instant in it is set back. What an
 * hour of silence looks like to the watchdog is nothing but a row whose last beat is an hour old.
 */

import { type AttributeValue, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type BotAttribute, WATCHDOG_ROW } from '../../../lambda/bot-row.ts';
import { TABLE_KEYS } from '../../../lambda/contract.ts';

/** Nobody else may write meanwhile. `ticksWentOn`: the watchdog has ticked until now. */
export async function setBack(
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

const INSTANTS: readonly BotAttribute[] = [
  ...(['last_beat_at_ms', 'next_check_at_ms', 'changed_at_ms', 'told_change_at_ms', 'snoozed_until_ms'] as const),
  ...(['failed_at_ms', 'seen_at_ms', 'seen_after_ms', 'tripped_at_ms', 'tripped_deadline_ms'] as const),
  ...(['lockout_until_ms', 'invoked_at_ms', 'refused_beat_at_ms'] as const),
  ...(['worked_at_ms', 'waiting_since_ms', 'told_failure_at_ms', 'healthy_since_ms'] as const),
  ...SEEN,
];

/** The watchdog knows a beat by its count and its instant: `7@1732147200000`. */
const BEAT_NAMES: readonly BotAttribute[] = ['seen_beat', 'late_told_for', 'told_restarts_for'];

function agedRow(
  row: Readonly<Record<string, AttributeValue>>,
  ms: number,
  kept: readonly BotAttribute[],
): Record<string, AttributeValue> {
  const moved = [...INSTANTS, ...BEAT_NAMES].filter(name => !kept.includes(name) && row[name] !== undefined);
  return { ...row, ...Object.fromEntries(moved.map(name => [name, aged(row[name], ms)])) };
}

/** Zero is no instant: "never", or "at the next tick". */
function aged(value: AttributeValue | undefined, ms: number): AttributeValue {
  if (value?.S !== undefined) return { S: value.S.replace(/(?<=@)\d+$/, at => String(Number(at) - ms)) };
  if (value?.L !== undefined) return { L: value.L.map(one => aged(one, ms)) };
  return { N: value?.N === undefined || value.N === '0' ? '0' : String(Number(value.N) - ms) };
}

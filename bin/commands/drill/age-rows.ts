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

/** Counts, durations and texts have other names (lambda/bot-row.ts). */
const IS_INSTANT = /_(at|until|since|deadline)_ms$|^seen_after_ms$/;

/** Names of a beat, which the watchdog knows by its count and its instant (`7@1732147200000`). */
const BEAT_NAMES: readonly string[] = ['seen_beat', 'late_told_for', 'told_restarts_for'] satisfies BotAttribute[];

function agedRow(
  row: Readonly<Record<string, AttributeValue>>,
  ms: number,
  kept: readonly string[],
): Record<string, AttributeValue> {
  const isMoved = (name: string): boolean =>
    (IS_INSTANT.test(name) || BEAT_NAMES.includes(name)) && !kept.includes(name);
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, isMoved(name) ? aged(value, ms) : value]),
  );
}

/** Zero is not an instant: it means "never", or "at the next watchdog run". */
function aged(value: AttributeValue, ms: number): AttributeValue {
  if (value.S !== undefined) return { S: value.S.replace(/(?<=@)\d+$/, at => String(Number(at) - ms)) };
  if (value.L !== undefined) return { L: value.L.map(one => aged(one, ms)) };
  return { N: value.N === undefined || value.N === '0' ? '0' : String(Number(value.N) - ms) };
}

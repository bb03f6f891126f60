/**
 * A bot's own row in the table `bots`: the conditional writes of the contract (docs/heartbeat-protocol.md), each sent
 * once. A write whose answer was lost may have landed; each is safe to repeat.
 */

import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BOT_WRITES, type BotWrite, NO_RUN } from '../../lambda/bot-row.ts';
import { type TABLE_KEYS, WATCH_SHARDS } from '../../lambda/contract.ts';
import { within } from './aws.ts';
import type { Attribute, Attributes } from './times.ts';

/** By the name of the attribute, without the colon. Attributes of an earlier answer are returned unchanged. */
export type RowValues = Readonly<Record<string, string | number | Attribute>>;

export interface RowClient {
  /**
   * The row before the write (after it, for `wait` and `whyRefused`), empty if there was none; undefined when the
   * condition did not hold. Throws what the SDK throws, and a TimeoutError.
   */
  write(name: BotWrite, values: RowValues, timeoutMs: number): Promise<Attributes | undefined>;
}

interface RowOptions {
  readonly client: DynamoDBClient;
  readonly botId: string;
  readonly botsTable: string;
}

export function createRowClient({ client, botId, botsTable }: RowOptions): RowClient {
  const key: Record<(typeof TABLE_KEYS)['bots']['partition'], { S: string }> = { bot_id: { S: botId } };
  const constants: RowValues = {
    ...{ armed: 'armed', disarmed: 'disarmed', tripped: 'tripped', zero: 0, one: 1, no_run: NO_RUN },
    // Only the watchdog's clock decides when it checks.
    ...{ watch_shard: shardOf(botId), next_check_at_ms: 0 },
  };
  return {
    write: async (name, values, timeoutMs) => {
      const { update, condition } = BOT_WRITES[name];
      const command = new UpdateItemCommand({
        TableName: botsTable,
        Key: key,
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeValues: usedIn(`${update} ${condition}`, { ...constants, ...values }),
        ReturnValues: name === 'wait' || name === 'whyRefused' ? 'ALL_NEW' : 'ALL_OLD',
      });
      try {
        const { Attributes = {} } = await within(timeoutMs, abortSignal => client.send(command, { abortSignal }));
        return Attributes;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };
}

/** The contract's rule: the sum of the character codes, modulo WATCH_SHARDS. */
const shardOf = (botId: string): number =>
  [...botId].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % WATCH_SHARDS;

/** DynamoDB refuses a request with a value that no expression uses, and one that lacks a value. */
function usedIn(expression: string, values: RowValues): Record<string, { S: string } | { N: string }> {
  const names = new Set([...expression.matchAll(/:(\w+)/g)].map(([, name = '']) => name));
  return Object.fromEntries(
    [...names].map(name => {
      const value = values[name];
      if (value === undefined) throw new Error(`The write needs a value for :${name}.`);
      return [`:${name}`, typed(value)];
    }),
  );
}

function typed(value: string | number | Attribute): { S: string } | { N: string } {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return value.N === undefined ? { S: value.S ?? '' } : { N: value.N };
}

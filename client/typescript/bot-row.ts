/**
 * A bot's own row in the table `bots`: the conditional writes of the contract, and what each refusal means. No method
 * throws; a write whose answer was lost may have landed, and each is safe to repeat.
 */

import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { BOT_WRITES_WITHOUT_RUNS } from '../../lambda/bot-row.ts';
import { REASON_MAX_CHARS, type TABLE_KEYS, WATCH_SHARDS } from '../../lambda/contract.ts';
import { within } from './aws.ts';
import type { Settings } from './options.ts';
import { type Problem, problemOf } from './problem.ts';
import type { ServerClock } from './server-clock.ts';

/** The beat that was in the row before ours. */
export interface PriorBeat {
  readonly count: number;
  readonly atMs: number;
  readonly watchState: string | undefined;
}

export type BeatResult =
  | { readonly kind: 'taken'; readonly prior: PriorBeat | undefined; readonly atMs: number }
  /** The bot was liquidated, and must not trade until an operator re-arms it. */
  | { readonly kind: 'tripped'; readonly correlationId: string | undefined; readonly by: string | undefined }
  | { readonly kind: 'disarmed' }
  | { readonly kind: 'failed'; readonly problem: Problem };

export type MarkResult =
  | { readonly kind: 'done' }
  /** It does not stand as the write requires: never seen, disarmed already, or tripped. */
  | { readonly kind: 'not-watched' }
  | { readonly kind: 'tripped'; readonly correlationId: string | undefined; readonly by: string | undefined }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** A beat to be. */
export interface Sign {
  readonly count: number;
  /** Whole epoch milliseconds, by AWS's clock. */
  readonly atMs: number;
  /** May bring back a bot that said goodbye; so only the first beat of a run. */
  readonly arms: boolean;
}

export interface BotRow {
  beat(sign: Sign): Promise<BeatResult>;
  disarm(reason: string): Promise<MarkResult>;
  /** Makes the watchdog fire at its next tick. */
  fail(reason: string): Promise<MarkResult>;
}

interface RowOptions {
  readonly client: DynamoDBClient;
  readonly clock: ServerClock;
  readonly settings: Pick<Settings, 'botId' | 'botsTable' | 'times'>;
  /** Who changes the watch, for the trail. */
  readonly by: string;
}

type Write = (typeof BOT_WRITES_WITHOUT_RUNS)[keyof typeof BOT_WRITES_WITHOUT_RUNS];
type Values = Readonly<Record<string, string | number>>;
type Attributes = Readonly<Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>>;

const LONGEST_CALL_MS = 5_000;
const SHORTEST_CALL_MS = 2_000;

export function createBotRow({ client, clock, settings, by }: RowOptions): BotRow {
  const { botId, botsTable, times } = settings;
  const timeoutMs = Math.min(LONGEST_CALL_MS, Math.max(SHORTEST_CALL_MS, times.heartbeatMs));
  const key: Record<(typeof TABLE_KEYS)['bots']['partition'], { S: string }> = { bot_id: { S: botId } };

  /** What the row was or is, or undefined when the condition did not hold. */
  async function write(
    { update, condition }: Write,
    values: Values,
    returns: 'UPDATED_OLD' | 'ALL_NEW' | 'NONE',
  ): Promise<Attributes | undefined> {
    const command = new UpdateItemCommand({
      TableName: botsTable,
      Key: key,
      UpdateExpression: update,
      ConditionExpression: condition,
      ExpressionAttributeValues: typed(usedIn(`${update} ${condition}`, values)),
      ReturnValues: returns,
    });
    try {
      const { Attributes = {} } = await within(timeoutMs, abortSignal => client.send(command, { abortSignal }));
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  const headOfIndex = { ':watch_shard': shardOf(botId), ':next_check_at_ms': 0 };
  const states = { ':armed': 'armed', ':disarmed': 'disarmed', ':tripped': 'tripped' };

  function signOfLife(count: number, atMs: number): Values {
    return {
      ...{ ':last_beat_at_ms': atMs, ':beats': count, ':heartbeat_ms': times.heartbeatMs },
      ...{ ':late_after_ms': times.lateAfterMs, ':dead_after_ms': times.deadAfterMs },
      ...{ ':watch_state': 'armed', ':last_change': 'armed', ':changed_at_ms': atMs, ':changed_by': by },
      ...headOfIndex,
      ...states,
    };
  }

  async function whyRefused(): Promise<Extract<MarkResult, { kind: 'tripped' }> | undefined> {
    const values = { ':refused_beat_at_ms': Math.floor(clock.nowMs()), ':seen_watch_state': 'tripped' };
    const row = await write(BOT_WRITES_WITHOUT_RUNS.whyRefused, values, 'ALL_NEW');
    return row && { kind: 'tripped', correlationId: row.correlation_id?.S, by: row.tripped_by?.S };
  }

  async function beat({ count, atMs, arms }: Sign): Promise<BeatResult> {
    const values = signOfLife(count, atMs);
    const taken = (row: Attributes): BeatResult => ({ kind: 'taken', prior: priorOf(row), atMs });
    const first = await write(BOT_WRITES_WITHOUT_RUNS.beat, values, 'UPDATED_OLD');
    if (first) return taken(first);
    if (!arms) return (await whyRefused()) ?? { kind: 'disarmed' };
    const again = await write(BOT_WRITES_WITHOUT_RUNS.armAgain, values, 'UPDATED_OLD');
    if (again) return taken(again);
    const tripped = await whyRefused();
    if (tripped) return tripped;
    // Armed meanwhile: by a try of ours whose answer was lost, or by an operator.
    const last = await write(BOT_WRITES_WITHOUT_RUNS.beat, values, 'UPDATED_OLD');
    return last ? taken(last) : { kind: 'disarmed' };
  }

  async function mark(to: Write, values: Values): Promise<MarkResult> {
    const done = await write(to, { ...values, ...headOfIndex, ...states }, 'NONE');
    return done ? { kind: 'done' } : ((await whyRefused()) ?? { kind: 'not-watched' });
  }

  const failed =
    (doing: string) =>
    (error: unknown): { readonly kind: 'failed'; readonly problem: Problem } => ({
      kind: 'failed',
      problem: problemOf(error, `${doing} ${botId} in the table ${botsTable}`, timeoutMs),
    });

  return {
    beat: sign => beat(sign).catch(failed('beat for')),
    disarm: reason => {
      const at = Math.floor(clock.nowMs());
      const values = {
        ...{ ':watch_state': 'disarmed', ':last_change': 'disarmed', ':changed_at_ms': at },
        ...{ ':changed_by': by, ':change_reason': storable(reason) },
      };
      return mark(BOT_WRITES_WITHOUT_RUNS.disarm, values).catch(failed('disarm'));
    },
    fail: reason => {
      const values = { ':failed_at_ms': Math.floor(clock.nowMs()), ':failed_reason': storable(reason) };
      return mark(BOT_WRITES_WITHOUT_RUNS.fail, values).catch(failed('mark the failure of'));
    },
  };
}

/** The contract's rule: the sum of the character codes, modulo WATCH_SHARDS. */
const shardOf = (botId: string): number =>
  [...botId].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % WATCH_SHARDS;

/** DynamoDB refuses a request with a value that no expression uses. */
const usedIn = (expression: string, values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(expression)));

const typed = (values: Values): Record<string, { S: string } | { N: string }> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );

function priorOf({ beats, last_beat_at_ms, watch_state }: Attributes): PriorBeat | undefined {
  const [count, atMs] = [Number(beats?.N), Number(last_beat_at_ms?.N)];
  return Number.isFinite(count) && Number.isFinite(atMs) ? { count, atMs, watchState: watch_state?.S } : undefined;
}

const storable = (reason: string): string => reason.slice(0, REASON_MAX_CHARS) || 'no reason given';

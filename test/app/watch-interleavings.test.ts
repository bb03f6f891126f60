/**
 * Two overlapping ticks on the embedded DynamoDB, whose conditions are atomic as the real one's. Every call is delayed at
 * random, so each silent bot is an interleaving of its own; some of them beat in the middle of it.
 */

import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import { beatRun } from '../../lambda/app/ping/run-commands.ts';
import { tick } from '../../lambda/app/watchdog/tick.ts';
import type { WatchdogPorts } from '../../lambda/app/watchdog/tick-context.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { shardOf } from '../../lambda/core/heartbeat/row-values.ts';
import { INVOKE_GRACE_MS } from '../../lambda/core/heartbeat/watch-changes.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { startTables, type Tables } from '../../simulator/cloud/tables.ts';
import { createRandom } from '../../simulator/engine/seeded-random.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import { sampled } from '../faults/extent.ts';
import { slowDynamoClient } from '../support/slow-dynamo-client.ts';
import { TIMES } from './watch-rig.ts';

const RUN = 'run-of-the-test';
const BOTS_PER_ROUND = 60;
/** Which of them a beat comes just before; before the last one the bot is tripped already. */
const CALLS = ['read 1', 'read 2', 'trip 1', 'trip 2', 'note the invocation for 1'];
const LONGEST_DELAY_MS = 12;
/** Ends before the grace of a claim does: a tick that lost a race has nothing to wait for, however slow the machine. */
const REMAINING_MS = INVOKE_GRACE_MS + 2_000;
const MOST_TICKS = 15;

/** What became of beats, of all rounds: in one of them a busy machine may order the calls so that only one is met. */
const met = new Set<string>();

let tables: Tables;
let store: BotStore;
beforeAll(async () => {
  tables = await startTables({ clock: startClock() });
  const client = slowDynamoClient(tables);
  store = createBotStore({ client, tableName: 'bots' });
});
afterAll(() => tables.close());

it.each(sampled([1, 2, 3, 4], 2))(
  'of two watchdog runs exactly one trips each silent bot, and a heartbeat in time wins over both (round %d)',
  async round => {
    const clock = startClock();
    const random = createRandom(round);
    const nowMs = Math.floor(clock.nowMs());
    const ids = Array.from({ length: BOTS_PER_ROUND }, (_, index) => `r${round}-bot-${index}`);
    await seed(ids, nowMs);

    const invoked: { readonly botId: unknown; readonly id: unknown }[] = [];
    const worldOf = (): WatchdogPorts => {
      const { lock, audit } = createMemoryStores({ clock });
      return {
        ...{ clock, random: systemRandom, audit, locks: lock, bots: delayed(store) },
        telemetry: { log: () => undefined, metric: () => undefined, redact: () => undefined, flush: () => undefined },
        invoker: {
          // A minute after its trip, on a slow machine, a bot's account is read once more under an ID of its own.
          invokeLater: async ({ bot_id, correlation_id, trigger }) => {
            if (trigger !== 'sentinel') invoked.push({ botId: bot_id, id: correlation_id });
          },
        },
        unfinished: { due: async () => [], giveUp: async () => false },
        records: { read: async () => undefined },
      };
    };
    /** Every fifth bot beats once more, just before one of the calls that the ticks make about it. */
    const beatsBefore = new Map(
      ids.flatMap((botId, index) => (index % 5 === 0 ? [[botId, CALLS[Math.floor(random() * CALLS.length)]]] : [])),
    );
    const seen = new Map<string, number>();
    const beats = new Map<string, string>();
    const interfere = async (botId: string, doing: string): Promise<void> => {
      const count = (seen.get(`${botId} ${doing}`) ?? 0) + 1;
      seen.set(`${botId} ${doing}`, count);
      if (beatsBefore.get(botId) !== `${doing} ${count}`) return;
      const sign = { botId, runId: RUN, atMs: clock.nowMs(), count: 2, by: 'bot', times: TIMES, proves: true };
      beats.set(botId, (await answered(() => beatRun(store, sign, 5_000))).kind);
    };
    const delayed = (bots: BotStore): BotStore => {
      const pause = (): Promise<void> => clock.sleep(random() * LONGEST_DELAY_MS);
      const late = async <T>(botId: string, doing: string, call: () => Promise<T>): Promise<T> => {
        await pause();
        await interfere(botId, doing);
        const result = await call();
        await pause();
        return result;
      };
      return {
        ...bots,
        read: (botId, timeoutMs) => late(botId, 'read', () => bots.read(botId, timeoutMs)),
        change: (change, timeoutMs) => late(change.botId, change.doing, () => bots.change(change, timeoutMs)),
      };
    };
    // The lock-out is over at once, so nothing is left to wait for in real time.
    const liquidation = { ...SAFE_DEFAULTS.liquidation, lockoutMs: 0 };
    const config = {
      settings: { ...SAFE_DEFAULTS, liquidation, bots: ids.map(id => ({ ...defaultBot(id), heartbeatMs: 1_000 })) },
      isFallback: false,
    };
    const runTick = async (afterMs: number) => {
      await clock.sleep(afterMs);
      return tick(worldOf(), config, { remainingMs: REMAINING_MS });
    };
    const isOver = (botId: string): boolean =>
      beats.get(botId) === 'taken' || invoked.some(call => call.botId === botId);
    await Promise.all([runTick(0), runTick(random() * 60)]);
    // On a machine so slow that a tick's time was not enough, the next ones do what it could not.
    for (let n = 0; n < MOST_TICKS && !ids.every(isOver); n += 1) await Promise.all([runTick(2_000), runTick(2_020)]);

    const rows = await store.list(5_000);
    for (const botId of ids) {
      const row = rows.get(botId);
      const liquidations = new Set(invoked.filter(call => call.botId === botId).map(call => call.id));
      const saved = beats.get(botId) === 'taken';
      expect([botId, row?.watch_state]).toEqual([botId, saved ? 'armed' : 'tripped']);
      expect([...liquidations]).toEqual(saved ? [] : [row?.correlation_id]);
    }
    for (const outcome of beats.values()) met.add(outcome);
  },
  // On a slow machine a tick waits as one does after an outage.
  180_000,
);

it('the rounds of two watchdog runs met both outcomes', () => {
  expect(met).toEqual(new Set(['taken', 'tripped']));
});

/** On a slow machine an answer is lost, and the beat may have landed: the same one again gets the same answer. */
async function answered<T>(call: () => Promise<T>, most = 10): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (most === 1) throw error;
    return answered(call, most - 1);
  }
}

/** Bots that are dead since a minute, seen before, and a watchdog whose table works. */
async function seed(ids: readonly string[], nowMs: number): Promise<void> {
  const beatAtMs = nowMs - 180_000;
  const rows = [
    { bot_id: WATCHDOG_ROW, healthy_since_ms: nowMs - 9_000_000, healthy_at_ms: nowMs - 60_000 },
    ...ids.map(botId => ({
      ...{ bot_id: botId, run_id: RUN, watch_state: 'armed', beats: 1, last_beat_at_ms: beatAtMs },
      ...{ watch_shard: shardOf(botId), next_check_at_ms: beatAtMs + 120_000 },
      ...{ seen_beat: `1@${beatAtMs}`, seen_at_ms: beatAtMs + 5_000, seen_after_ms: beatAtMs - 50_000 },
      ...{ late_told_for: `1@${beatAtMs}` },
    })),
  ];
  for (let from = 0; from < rows.length; from += 25) {
    const RequestItems = { bots: rows.slice(from, from + 25).map(row => ({ PutRequest: { Item: toItem(row) } })) };
    await tables.client.send(new BatchWriteItemCommand({ RequestItems }));
  }
}

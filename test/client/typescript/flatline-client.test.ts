/** The client against real tables and Lambda's Invoke on loopback, with network and AWS failures. */

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createFlatline,
  type FlatlineEvent,
  type FlatlineOptions,
} from '../../../client/typescript/flatline-client.ts';
import { startClock } from '../../../lambda/adapters/clock.ts';
import { disarm as disarmByHand } from '../../../lambda/app/operator/operator-commands.ts';
import { BOT_ATTRIBUTES } from '../../../lambda/bot-row.ts';
import { CORRELATION_ID_PATTERN } from '../../../lambda/contract.ts';
import { shardOf } from '../../../lambda/core/heartbeat/row-values.ts';
import { rearm } from '../../support/bot-actions.ts';
import { remainingOf } from '../../support/stored-records.ts';
import { type Clients, startClients } from './client-rig.ts';
import { answers, type ClientCloud } from './cloud.ts';

let clients: Clients;
let cloud: ClientCloud;
const clock = startClock();

beforeAll(async () => {
  clients = await startClients('bot');
  ({ cloud } = clients);
});
afterEach(() => clients.reset());
afterAll(() => cloud.close());

const newBot = (options: Partial<FlatlineOptions> = {}) => clients.newBot(options);
const store = () => clients.store();
const callsOf = (botId: string) => clients.callsOf(botId);
const trip = (botId: string) => clients.trip(botId);

describe('the watch', () => {
  test('the first heartbeat arms with the attributes of the contract and nothing else', async () => {
    const { botId, client, row, kinds } = newBot({ heartbeatMs: 5_000 });
    expect(await client.start()).toMatchObject({ kind: 'taken', prior: undefined });
    const { bot_id, ...attributes } = (await row()) ?? {};
    expect(bot_id).toBe(botId);
    expect(attributes).toMatchObject({
      ...{ watch_state: 'armed', beats: 1, heartbeat_ms: 5_000, late_after_ms: 30_000, dead_after_ms: 120_000 },
      ...{ watch_shard: shardOf(botId), next_check_at_ms: 0, last_change: 'armed', changed_by: 'bot' },
    });
    expect(Math.abs(Number(attributes.last_beat_at_ms) - clock.nowMs())).toBeLessThan(10_000);
    expect(Object.keys(attributes).filter(name => !(BOT_ATTRIBUTES as readonly string[]).includes(name))).toEqual([]);
    expect(kinds()).toEqual(['armed']);
    expect(client.status()).toMatchObject({ state: 'armed', beats: 1 });
  });

  test.each([
    ['an hour ahead', 3_600_000],
    ['a day behind', -86_400_000],
  ])('a machine whose clock is %s writes the right time with its first heartbeats', async (_name, wrongByMs) => {
    vi.useFakeTimers({ toFake: ['Date'], now: clock.nowMs() + wrongByMs });
    try {
      const { client, row } = newBot();
      await client.start();
      expect(Math.abs(Number((await row())?.last_beat_at_ms) - clock.nowMs())).toBeLessThan(5_000);
      expect((await row())?.beats).toBe(2);
      expect(Math.abs(client.status().clockOffsetMs + wrongByMs)).toBeLessThan(5_000);
    } finally {
      vi.useRealTimers();
    }
  });

  test('sends heartbeats in the background, each with another count', async () => {
    const { client, row } = newBot({ heartbeatMs: 1_000 });
    await client.start();
    await expect.poll(async () => (await row())?.beats).toBe(2);
    await client.stop();
  });

  test('a clean stop disarms; the next start arms again', async () => {
    const { client, row, kinds } = newBot();
    await client.start();
    expect(await client.stop({ reason: 'a new version' })).toEqual({ kind: 'done' });
    expect(await row()).toMatchObject({ watch_state: 'disarmed', change_reason: 'a new version', changed_by: 'bot' });
    expect(await client.stop()).toEqual({ kind: 'not-watched' });
    expect(await client.start()).toMatchObject({ kind: 'taken' });
    expect(await row()).toMatchObject({ watch_state: 'armed' });
    expect(await row()).not.toHaveProperty('change_reason');
    expect(kinds()).toEqual(['armed', 'stopped', 'armed']);
  });

  test('a tripped bot is notified, cannot leave by a clean stop, and is armed again by an operator only', async () => {
    const { botId, client, row, kinds, told } = newBot();
    const tripped: (string | undefined)[] = [];
    client.onTripped(event => tripped.push(event.correlationId));
    await client.start();
    await trip(botId);
    expect(await client.beat()).toEqual({
      kind: 'tripped',
      correlationId: 'liq_20240229_120000_abc123',
      by: 'watchdog',
    });
    expect(await client.beat()).toMatchObject({ kind: 'tripped' });
    expect(await client.stop()).toMatchObject({ kind: 'tripped' });
    expect(await client.start()).toMatchObject({ kind: 'tripped' });
    expect(await row()).toMatchObject({ watch_state: 'tripped', refused_beat_at_ms: expect.any(Number) });
    expect(tripped).toEqual(['liq_20240229_120000_abc123']);
    await rearm(store(), { botId, atMs: clock.nowMs(), by: 'operator' }, 1_000);
    expect(await client.beat()).toMatchObject({ kind: 'taken' });
    expect(kinds()).toEqual(['armed', 'tripped', 'armed']);
    expect(told[1]?.sentence).toContain('must not trade');
  });

  test('a bot that an operator disarmed is notified that it is not watched', async () => {
    const { botId, client } = newBot();
    const refused: string[] = [];
    client.onRefused(({ kind }) => refused.push(kind));
    await client.start();
    await disarmByHand(store(), { botId, atMs: clock.nowMs(), by: 'operator' }, 1_000);
    expect(await client.beat()).toEqual({ kind: 'disarmed' });
    expect(refused).toEqual(['disarmed']);
  });

  test('of two clients of one bot, the older is notified that it was replaced', async () => {
    const one = newBot();
    const other = newBot({ botId: one.botId });
    await one.client.start();
    await other.client.start();
    await other.client.beat();
    await other.client.beat();
    await one.client.beat();
    expect(one.kinds()).toEqual(['armed', 'replaced']);
  });

  test.each([
    ['AccessDeniedException', 400, 'FORBIDDEN', /policy of this bot/],
    ['ResourceNotFoundException', 400, 'NOT_FOUND', /Check the name/],
    ['UnrecognizedClientException', 400, 'CREDENTIALS', /credentials/],
  ])('%s is reported as a refusal with its remedy', async (error, status, code, cure) => {
    const { client, told } = newBot();
    cloud.tables.faults.always({ kind: 'fail', status, error });
    expect(await client.start()).toMatchObject({ kind: 'failed', problem: { code } });
    expect(told).toMatchObject([{ kind: 'refused', sentence: expect.stringMatching(cure) }]);
  });

  test('an arming whose answer was lost is an arming', async () => {
    const { client } = newBot();
    await client.start();
    await client.stop();
    // The last order is carried out first: a beat that is refused, then the arming.
    cloud.tables.faults.next({ kind: 'lose-answer' });
    cloud.tables.faults.next({ kind: 'slow', delayMs: 0 });
    expect(await client.start()).toMatchObject({ kind: 'taken' });
  });

  test('a table that does not answer costs a bounded time and no exception', async () => {
    const { client, kinds } = newBot({ heartbeatMs: 1_000 });
    cloud.tables.faults.always({ kind: 'hang' });
    const startedAtMs = clock.nowMs();
    expect(await client.start()).toMatchObject({ kind: 'failed', problem: { code: 'UNREACHED' } });
    expect(clock.nowMs() - startedAtMs).toBeLessThan(10_000);
    expect(kinds()).toEqual(['unreached']);
  });
});

describe('liquidating', () => {
  test('flat is what the liquidator says; the event is the contract’s', async () => {
    const { botId, client, kinds } = newBot();
    const outcome = await client.liquidate('shutdown', { reason: 'x'.repeat(600) });
    expect(outcome).toMatchObject({ kind: 'answered', flat: true, answer: { headline: 'FLAT' } });
    expect(outcome.correlationId).toMatch(CORRELATION_ID_PATTERN);
    expect(callsOf(botId).map(({ kind, event }) => [kind, event])).toEqual([
      [
        'sync',
        {
          ...{ action: 'liquidate', trigger: 'shutdown', bot_id: botId, correlation_id: outcome.correlationId },
          reason: 'x'.repeat(500),
        },
      ],
    ]);
    expect(kinds()).toEqual(['liquidating', 'liquidated']);
  });

  test.each([
    ['partial', {}],
    ['in_progress', {}],
    ['skipped', {}],
    ['failed', {}],
    ['completed', { remaining: remainingOf({ verified: false }) }],
  ] as const)('%s %j is not flat; the heartbeats stop and the watch stays armed', async (state, changes) => {
    const { client, row, kinds } = newBot();
    await client.start();
    cloud.respond(async () => answers(state, changes));
    expect(await client.liquidate('error')).toMatchObject({ kind: 'answered', flat: false });
    expect(client.status().state).toBe('idle');
    expect(await row()).toMatchObject({ watch_state: 'armed' });
    expect(kinds().at(-1)).toBe('not-liquidated');
  });

  test('a part of the account, or a dry run, does not stop the heartbeats', async () => {
    const { botId, client } = newBot();
    await client.start();
    cloud.respond(async () => answers('skipped', { dry_run: true, headline: 'DRY RUN' }));
    expect(await client.liquidate('manual', { dryRun: true, symbols: ['BTCUSDT'] })).toMatchObject({ flat: false });
    expect(callsOf(botId)[0]?.event).toMatchObject({ dry_run: true, symbols: ['BTCUSDT'] });
    expect(client.status().state).toBe('armed');
  });

  test.each([
    ['throttled', { kind: 'fail', status: 429, error: 'TooManyRequestsException' }, 2],
    ['failing', { kind: 'fail', status: 500, error: 'ServiceException' }, 2],
    ['silent', { kind: 'hang' }, 1],
  ] as const)('Lambda %s: the queue has it under the same ID, and the row is marked', async (_name, fault, times) => {
    const { botId, client, row, kinds } = newBot({ answerWithinMs: fault.kind === 'hang' ? 300 : 10_000 });
    await client.start();
    cloud.lambda.faults.next(fault, { times });
    const outcome = await client.liquidate('SIGTERM');
    expect(outcome).toMatchObject({ kind: 'queued', flat: false, sentence: expect.stringContaining('Lambda has') });
    await cloud.lambda.idle();
    expect(
      callsOf(botId).map(({ kind, event }) => [kind, (event as { correlation_id: string }).correlation_id]),
    ).toEqual([['async', outcome.correlationId]]);
    expect(await row()).toMatchObject({
      ...{ watch_state: 'armed', next_check_at_ms: 0, failed_at_ms: expect.any(Number) },
      failed_reason: 'SIGTERM, and the liquidator did not answer',
    });
    expect(kinds()).toEqual(['armed', 'liquidating', 'not-liquidated']);
  });

  test('a function that crashes is not an answer', async () => {
    const { botId, client } = newBot();
    let calls = 0;
    cloud.respond(async () => {
      calls += 1;
      return calls === 1 ? { kind: 'died', signal: 'SIGKILL' } : answers('completed');
    });
    expect(await client.liquidate('error')).toMatchObject({ kind: 'queued', problem: { code: 'FUNCTION_FAILED' } });
    expect(callsOf(botId).map(({ kind }) => kind)).toEqual(['sync', 'async']);
  });

  test('an answer that comes late is still taken', async () => {
    const { client } = newBot({ answerWithinMs: 50 });
    cloud.lambda.faults.always({ kind: 'slow', delayMs: 1_500 });
    cloud.tables.faults.always({ kind: 'slow', delayMs: 1_500 });
    cloud.lambda.faults.next({ kind: 'slow', delayMs: 400 });
    expect(await client.liquidate('error')).toMatchObject({ kind: 'answered', flat: true });
  });

  test('Lambda gone, table there: the row is marked', async () => {
    const { client, row } = newBot();
    await client.start();
    cloud.lambda.faults.always({ kind: 'fail', status: 400, error: 'AccessDeniedException' });
    expect(await client.liquidate('error', { reason: 'lost the feed' })).toMatchObject({
      ...{ kind: 'marked', flat: false, problem: { code: 'FORBIDDEN' } },
      sentence: expect.stringMatching(
        /^NOT KNOWN TO BE FLAT: the watchdog liquidates within a minute\. .*policy of this bot/,
      ),
    });
    expect(await row()).toMatchObject({ failed_reason: 'lost the feed' });
  });

  test('nothing answers: reported, in time, and the bot falls silent', async () => {
    const { client } = newBot({ answerWithinMs: 200 });
    await client.start();
    cloud.lambda.faults.always({ kind: 'fail', status: 500, error: 'ServiceException' });
    cloud.lambda.faults.next({ kind: 'hang' });
    cloud.tables.faults.always({ kind: 'fail', status: 500, error: 'InternalServerError' });
    const startedAtMs = clock.nowMs();
    expect(await client.liquidate('error')).toMatchObject({ kind: 'unreached', flat: false });
    expect(clock.nowMs() - startedAtMs).toBeLessThan(15_000);
    expect(client.status().state).toBe('idle');
  });

  test('until flat: calls again with the same ID', async () => {
    const { botId, client } = newBot();
    cloud.respond(async () => answers(callsOf(botId).length < 2 ? 'partial' : 'completed'));
    const outcome = await client.liquidate('shutdown', { untilFlatMs: 30_000 });
    expect(outcome).toMatchObject({ kind: 'answered', flat: true });
    const ids = callsOf(botId).map(({ event }) => (event as { correlation_id: string }).correlation_id);
    expect(ids).toEqual([outcome.correlationId, outcome.correlationId]);
  });

  test.each([
    ['skipped', {}],
    ['failed', { headline: 'REFUSED, NOTHING DONE' }],
  ] as const)('until flat: %s %j is final, and is not asked for twice', async (state, changes) => {
    const { botId, client } = newBot();
    cloud.respond(async () => answers(state, changes));
    await client.liquidate('shutdown', { untilFlatMs: 30_000 });
    expect(callsOf(botId)).toHaveLength(1);
  });

  test('fail: liquidates, and leaves the mark even though that ended flat', async () => {
    const { botId, client, row } = newBot();
    await client.start();
    expect(await client.fail('the feed is gone')).toMatchObject({ kind: 'answered', flat: true });
    expect(await row()).toMatchObject({ failed_reason: 'the feed is gone', failed_at_ms: expect.any(Number) });
    expect(callsOf(botId)[0]?.event).toMatchObject({ trigger: 'error', reason: 'the feed is gone' });
  });
});

describe('the preflight at the start', () => {
  test('an unknown bot is notified that its liquidation would not work', async () => {
    const message = 'The bot "x" is not configured.';
    cloud.respond(async () =>
      answers('failed', {
        headline: 'REFUSED, NOTHING DONE',
        errors: [{ code: 'EVENT_INVALID', message, heading: 'The event was refused' }],
      }),
    );
    const { botId, client, told } = newBot({ preflight: true });
    await client.start();
    await expect.poll(() => told.at(-1)?.kind).toBe('not-ready');
    expect(told.at(-1)?.sentence).toBe(`A liquidation would not work: REFUSED, NOTHING DONE. ${message}`);
    expect(callsOf(botId).map(({ event }) => event)).toEqual([{ action: 'preflight', bot_id: botId }]);
  });
});

describe('wrong options', () => {
  test.each([
    [{ botId: 'Not Valid' }, /botId "Not Valid" must be 1 to 40/],
    [{ botId: 'a', heartbeatMs: 10 }, /heartbeatMs 10 must be 1000 to 60000/],
    [{ botId: 'a', lateAfterMs: 5 }, /lateAfterMs 5 must be more than heartbeatMs/],
    [{ botId: 'a', deadAfterMs: 30_000 }, /deadAfterMs 30000 must be more than lateAfterMs/],
    [{ botId: 'a', provenWithinMs: 0 }, /provenWithinMs 0 must be/],
    [
      { botId: 'a', botsTable: '' },
      /botsTable is missing; give the stack's output BotsTable, or set FLATLINE_BOTS_TABLE/,
    ],
    [{ botId: 'a', liquidator: '' }, /liquidator is missing/],
  ])('%j is reported, never thrown, and every method says so', async (options, rule) => {
    const told: FlatlineEvent[] = [];
    const client = createFlatline({ ...options, onEvent: event => told.push(event) });
    expect(told).toMatchObject([{ kind: 'refused', sentence: expect.stringMatching(rule) }]);
    for (const result of [await client.start(), await client.beat(), await client.stop()]) {
      expect(result).toMatchObject({ kind: 'failed', problem: { code: 'OPTIONS_INVALID' } });
    }
    expect(await client.liquidate('manual')).toMatchObject({ kind: 'unreached', flat: false });
    client.alive();
    client.handleSignals({ exit: () => undefined })();
    expect(client.status().state).toBe('idle');
  });

  test('a plain JavaScript bot may pass nothing at all', async () => {
    const client = createFlatline(undefined as unknown as FlatlineOptions);
    expect(await client.start()).toMatchObject({ kind: 'failed' });
  });
});

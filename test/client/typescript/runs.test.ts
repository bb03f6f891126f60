/** Runs of one bot against real tables: who replaces whom, whose clean stop counts, and what a mark becomes. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FlatlineOptions } from '../../../client/typescript/flatline-client.ts';
import { startClock } from '../../../lambda/adapters/clock.ts';
import { disarm as disarmByHand, snooze as snoozeByHand } from '../../../lambda/app/operator/operator-commands.ts';
import { rearm } from '../../support/bot-actions.ts';
import { type Clients, startClients } from './client-rig.ts';
import { answers, type ClientCloud } from './cloud.ts';

let clients: Clients;
let cloud: ClientCloud;
const clock = startClock();

beforeAll(async () => {
  clients = await startClients('run');
  ({ cloud } = clients);
});
afterEach(() => clients.reset());
afterAll(() => cloud.close());

/** The liquidator has time to answer on a busy machine too. */
const newBot = (options: Partial<FlatlineOptions> = {}) => clients.newBot({ answerWithinMs: 10_000, ...options });
const store = () => clients.store();
const trip = (botId: string) => clients.trip(botId);
const operator = (botId: string) => ({ botId, atMs: clock.nowMs(), by: 'operator', reason: 'by hand' });

/** `takeOver` is refused, `start` lands, and neither its answer nor that of the SDK's repetition arrives. */
function loseAnswerOfStart(): void {
  cloud.tables.faults.next({ kind: 'lose-answer' }, { times: 2 });
  // The last order is carried out first.
  cloud.tables.faults.next({ kind: 'slow', delayMs: 0 });
}

/** The call of the liquidator is answered in its time; the one that hands the event to the queue takes longer than that. */
function slowQueue(): void {
  cloud.lambda.faults.next({ kind: 'slow', delayMs: 4_000 });
  cloud.lambda.faults.next({ kind: 'slow', delayMs: 0 });
}

describe('a rolling restart', () => {
  test('the old run’s clean stop does not end the watch of the new one', async () => {
    const old = newBot();
    await old.client.start();
    const fresh = newBot({ botId: old.botId });
    expect(await fresh.client.start()).toMatchObject({ kind: 'taken', prior: { watchState: 'armed' } });
    expect(await old.client.stop({ reason: 'rolling restart' })).toEqual({ kind: 'replaced' });
    expect(await old.row()).toMatchObject({ watch_state: 'armed' });
    expect(await fresh.client.beat()).toMatchObject({ kind: 'taken' });
    expect(fresh.client.mayTrade).toBe(true);
  });

  test('the old run is notified once that it was replaced, sends no more heartbeats, and may not trade', async () => {
    const old = newBot();
    await old.client.start();
    const fresh = newBot({ botId: old.botId });
    await fresh.client.start();
    expect(await old.client.beat()).toEqual({ kind: 'replaced' });
    expect(await old.client.beat()).toEqual({ kind: 'not-started' });
    expect(old.kinds()).toEqual(['armed', 'replaced']);
    expect([old.client.alive(), old.client.status().gate]).toMatchObject([false, { reason: 'replaced' }]);
    expect(await fresh.client.beat()).toMatchObject({ kind: 'taken' });
  });

  test('a start of the old run that arrives late takes nothing back', async () => {
    const old = newBot();
    await old.client.start();
    const fresh = newBot({ botId: old.botId });
    await fresh.client.start();
    const third = newBot({ botId: old.botId });
    await third.client.start();
    expect(await fresh.client.beat()).toEqual({ kind: 'replaced' });
    expect(await old.client.beat()).toEqual({ kind: 'replaced' });
    expect(await third.client.beat()).toMatchObject({ kind: 'taken' });
  });

  test('the old run’s mark does not trip the new one', async () => {
    const old = newBot({ answerWithinMs: 100 });
    await old.client.start();
    const fresh = newBot({ botId: old.botId });
    await fresh.client.start();
    cloud.lambda.faults.always({ kind: 'fail', status: 400, error: 'AccessDeniedException' });
    expect(await old.client.liquidate('error')).toMatchObject({ kind: 'unreached', flat: false });
    expect(await old.row()).not.toHaveProperty('failed_at_ms');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'an old run that gets %s leaves the account to the new one',
    async signal => {
      const old = newBot();
      await old.client.start();
      const fresh = newBot({ botId: old.botId });
      await fresh.client.start();
      const { promise: exited, resolve } = Promise.withResolvers<number>();
      const undo = old.client.handleSignals({ exit: resolve });
      process.emit(signal);
      await exited;
      undo();
      expect(
        cloud.lambda.invocations.filter(({ event }) => (event as { bot_id: string }).bot_id === old.botId),
      ).toEqual([]);
      expect(await old.row()).toMatchObject({ watch_state: 'armed' });
    },
  );

  test('an old run that was never stored cannot stop the watch of another', async () => {
    const fresh = newBot();
    await fresh.client.start();
    const idle = newBot({ botId: fresh.botId });
    expect(await idle.client.stop()).toEqual({ kind: 'not-watched' });
    expect(await fresh.row()).toMatchObject({ watch_state: 'armed' });
  });
});

describe('a start', () => {
  test('proves no work, however often it is repeated; the first proof counts', async () => {
    const first = newBot({ provenWithinMs: 60_000 });
    await first.client.start();
    for (let starts = 2; starts <= 4; starts += 1) {
      const again = newBot({ botId: first.botId, provenWithinMs: 60_000 });
      await again.client.start();
      expect(await first.row()).toMatchObject({ unproven_starts: starts });
      expect(await first.row()).not.toHaveProperty('worked_at_ms');
      if (starts === 4) await again.client.beat();
    }
    expect(await first.row()).not.toHaveProperty('unproven_starts');
    expect(await first.row()).toHaveProperty('worked_at_ms');
  });

  test('whose answer was lost is known again by the next try, as the same run', async () => {
    const { client, row } = newBot({ heartbeatMs: 1_000 });
    loseAnswerOfStart();
    await client.start();
    await expect.poll(() => client.status().state).toBe('armed');
    expect(await row()).toMatchObject({ watch_state: 'armed', unproven_starts: 1 });
    await client.stop();
  });

  test('after a liquidation that is not known to be flat is the only way to send heartbeats again', async () => {
    const { client, row } = newBot();
    await client.start();
    cloud.respond(async () => answers('partial'));
    await client.liquidate('error');
    const silent = await row();
    client.alive();
    expect(await client.beat()).toEqual({ kind: 'resting' });
    expect([await row(), client.mayTrade]).toEqual([silent, false]);
    expect(await client.start()).toMatchObject({ kind: 'taken' });
    expect((await row())?.run_id).not.toBe(silent?.run_id);
    expect(client.mayTrade).toBe(true);
  });

  test('is an explicit one: a heartbeat by hand arms nothing', async () => {
    const { client, row } = newBot();
    expect(await client.beat()).toEqual({ kind: 'not-started' });
    expect(await row()).toBeUndefined();
  });
});

describe('an operator’s command', () => {
  test('a re-arm and a disarm between two heartbeats of a bot that began tripped stay', async () => {
    const before = newBot();
    await before.client.start();
    await trip(before.botId);
    const bot = newBot({ botId: before.botId });
    expect(await bot.client.start()).toMatchObject({ kind: 'tripped' });
    await rearm(store(), operator(bot.botId), 5_000);
    await disarmByHand(store(), operator(bot.botId), 5_000);
    expect(await bot.client.beat()).toEqual({ kind: 'disarmed' });
    expect(await bot.row()).toMatchObject({ watch_state: 'disarmed', changed_by: 'operator' });
    expect(bot.client.status().gate).toMatchObject({ reason: 'disarmed' });
  });

  test('a disarm between a start whose answer was lost and its repetition stays', async () => {
    const { botId, client, row } = newBot();
    loseAnswerOfStart();
    await client.start();
    await disarmByHand(store(), operator(botId), 5_000);
    expect(await client.beat()).toEqual({ kind: 'disarmed' });
    expect(await row()).toMatchObject({ watch_state: 'disarmed', changed_by: 'operator' });
  });

  test('a re-arm is followed by the heartbeats of the run that waited for it', async () => {
    const { botId, client, row } = newBot();
    await client.start();
    await trip(botId);
    expect(await client.beat()).toMatchObject({ kind: 'tripped' });
    expect(client.mayTrade).toBe(false);
    await rearm(store(), operator(botId), 5_000);
    expect(client.mayTrade).toBe(false);
    expect(await client.beat()).toMatchObject({ kind: 'taken' });
    expect([client.mayTrade, (await row())?.watch_state]).toEqual([true, 'armed']);
  });

  test('a disarm is undone by a new run', async () => {
    const { botId, client, row } = newBot();
    await client.start();
    await disarmByHand(store(), operator(botId), 5_000);
    expect(await client.beat()).toEqual({ kind: 'disarmed' });
    expect(await client.start()).toMatchObject({ kind: 'taken' });
    expect(await row()).toMatchObject({ watch_state: 'armed' });
  });
});

describe('a bot of which only one run may send heartbeats', () => {
  const exclusive = { exclusive: true, heartbeatMs: 1_000 } as const;

  test('refuses a second run while the first one sends heartbeats, and the first one is not touched', async () => {
    const first = newBot(exclusive);
    await first.client.start();
    const second = newBot({ botId: first.botId, ...exclusive });
    expect(await second.client.start()).toEqual({ kind: 'occupied' });
    expect([second.client.mayTrade, second.client.status().gate]).toMatchObject([false, { reason: 'occupied' }]);
    expect(await first.client.beat()).toMatchObject({ kind: 'taken' });
    await first.client.stop();
  });

  test('lets a second run take over from one that is silent', async () => {
    const first = newBot({ ...exclusive, provenWithinMs: 1 });
    await first.client.start();
    await expect.poll(() => first.kinds()).toContain('hung');
    const second = newBot({ botId: first.botId, ...exclusive });
    expect(await second.client.start()).toMatchObject({ kind: 'taken' });
    expect(await first.client.beat()).toEqual({ kind: 'replaced' });
    await second.client.stop();
  });

  test('by the row: a run without the option does not take over either', async () => {
    const first = newBot({ heartbeatMs: 1_000 });
    await first.client.start();
    // As the watchdog does for exclusive = true in the configuration.
    const set = { is_exclusive: 1 };
    await store().change({ botId: first.botId, doing: 'mark', requires: [], set }, 5_000);
    const second = newBot({ botId: first.botId });
    expect(await second.client.start()).toEqual({ kind: 'occupied' });
    await first.client.stop();
  });
});

describe('a mark', () => {
  const late = { answerWithinMs: 100 } as const;

  test('of a call that ended flat after all is gone before the bot gets the answer', async () => {
    const { client, row } = newBot(late);
    await client.start();
    slowQueue();
    cloud.respond(async () => {
      // The answer comes once the row was marked.
      await expect.poll(async () => (await row())?.failed_at_ms).toEqual(expect.any(Number));
      return answers('completed');
    });
    expect(await client.liquidate('error')).toMatchObject({ kind: 'answered', flat: true });
    const after = await row();
    expect(after).toMatchObject({ watch_state: 'armed', withdrawn_call_id: expect.stringMatching(/^liq_/) });
    expect(after).not.toHaveProperty('failed_at_ms');
    expect(await client.beat()).toMatchObject({ kind: 'taken' });
  });

  test('of another call stays when this one ends flat', async () => {
    const { client, row } = newBot();
    await client.start();
    await client.fail('the feed is gone');
    cloud.lambda.faults.next({ kind: 'fail', status: 500, error: 'ServiceException' }, { times: 2 });
    expect(await client.liquidate('error', { untilFlatMs: 20_000 })).toMatchObject({ flat: true });
    expect(await row()).toMatchObject({ failed_at_ms: expect.any(Number) });
  });

  test('that the watchdog has acted on is reported with FLAT', async () => {
    const { botId, client } = newBot(late);
    await client.start();
    slowQueue();
    cloud.respond(async () => {
      await trip(botId);
      await expect.poll(async () => (await cloud.row(botId))?.refused_run_id).toBeDefined();
      return answers('completed');
    });
    expect(await client.liquidate('error')).toMatchObject({
      flat: true,
      sentence: expect.stringContaining('The watchdog has tripped the bot meanwhile'),
    });
  });
});

describe('a mark of a bot that an operator has disarmed meanwhile', () => {
  test('is removed, and the bot is not told that it was tripped', async () => {
    const { botId, client, row } = newBot({ answerWithinMs: 100 });
    await client.start();
    const disarmed = (async () => {
      await expect.poll(async () => (await row())?.failed_at_ms).toEqual(expect.any(Number));
      await disarmByHand(store(), operator(botId), 5_000);
    })();
    cloud.respond(async () => {
      await disarmed;
      return answers('completed');
    });
    // Whether the queue or the answer comes first: the same call is repeated until flat.
    const outcome = await client.liquidate('error', { untilFlatMs: 20_000 });
    expect(outcome).toMatchObject({ kind: 'answered', flat: true });
    expect(outcome.sentence).not.toContain('tripped');
    expect(await row()).toMatchObject({ watch_state: 'disarmed', changed_by: 'operator' });
  });
});

describe('a partition that lasts longer than dead_after', () => {
  test('shuts the gate, and its end opens it', async () => {
    const { client, row } = newBot({ heartbeatMs: 1_000, lateAfterMs: 2_000, deadAfterMs: 4_000 });
    await client.start();
    expect(client.mayTrade).toBe(true);
    cloud.tables.faults.always({ kind: 'fail', status: 500, error: 'InternalServerError' });
    await expect.poll(() => client.status().gate).toMatchObject({ open: false, reason: 'too-old' });
    expect([client.alive(), client.mayTrade]).toEqual([false, false]);
    cloud.tables.faults.clear();
    await expect.poll(() => client.mayTrade).toBe(true);
    expect(await row()).toMatchObject({ watch_state: 'armed' });
    await client.stop();
  });
});

describe('an operator’s snooze', () => {
  test('outlasts an upgrade: the clean stop of the old run and the start of the new one', async () => {
    const old = newBot();
    await old.client.start();
    const untilMs = Math.floor(clock.nowMs() + 3_600_000);
    await snoozeByHand(store(), operator(old.botId), untilMs, 5_000);
    expect(await old.client.stop()).toEqual({ kind: 'done' });
    const fresh = newBot({ botId: old.botId });
    expect(await fresh.client.start()).toMatchObject({ kind: 'taken' });
    expect(await fresh.row()).toMatchObject({ watch_state: 'armed', snoozed_until_ms: untilMs });
  });
});

describe('an ID that the deployed configuration does not know', () => {
  test('start() reports that the bot is not watched, and leaves nothing armed', async () => {
    const message = 'bot_id "x" is not in the configuration';
    cloud.respond(async () =>
      answers('failed', {
        headline: 'REFUSED, NOTHING DONE',
        errors: [{ code: 'EVENT_INVALID', message, heading: 'The event was refused' }],
      }),
    );
    const { client, row } = newBot({ preflight: true });
    expect(await client.start()).toEqual({
      kind: 'not-watched',
      sentence: `A liquidation would not work: REFUSED, NOTHING DONE. ${message}`,
    });
    expect([client.mayTrade, client.status().gate]).toMatchObject([false, { reason: 'not-watched' }]);
    expect(await row()).toMatchObject({ watch_state: 'disarmed' });
  });
});

describe('the deployment sets the heartbeat interval of the client', () => {
  const asked = { asked_heartbeat_ms: 1_000, asked_late_after_ms: 3_000, asked_dead_after_ms: 9_000 };

  test('by the row, as the watchdog writes it', async () => {
    const { botId, client, row } = newBot();
    await client.start();
    await store().change({ botId, doing: 'note', requires: [], set: asked }, 5_000);
    await client.beat();
    // The next heartbeats use the new interval, and declare it.
    await expect.poll(row).toMatchObject({ heartbeat_ms: 1_000, late_after_ms: 3_000 });
    await expect.poll(async () => Number((await row())?.beats)).toBeGreaterThanOrEqual(4);
    await client.stop();
  });

  test('by the preflight, at the start', async () => {
    cloud.respond(async () => ({
      ...{ kind: 'answered', cold: false, maxRssKb: 1 },
      payload: {
        ...{ headline: 'READY', ready: true, correlation_id: 'x', bot_id: 'x', checks: [], plan: [] },
        times: { heartbeat_ms: 1_000, late_after_ms: 3_000, dead_after_ms: 9_000 },
        ...{ duration_seconds: 0, started_at: '', finished_at: '' },
      },
    }));
    const { client, row } = newBot({ preflight: true });
    await client.start();
    await expect.poll(row).toMatchObject({ heartbeat_ms: 1_000, dead_after_ms: 9_000 });
    await client.stop();
  });

  test('a heartbeat of the bot’s own stays, and that it differs is reported once', async () => {
    const { botId, client, kinds } = newBot({ heartbeatMs: 5_000 });
    await client.start();
    await store().change({ botId, doing: 'note', requires: [], set: asked }, 5_000);
    await client.beat();
    await client.beat();
    expect(kinds()).toEqual(['armed', 'times-differ']);
    await client.stop();
  });
});

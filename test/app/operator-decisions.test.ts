/**
 * What an operator has said stands, whatever comes at the same moment: a clean stop and a start, a trip, a first beat. In
 * virtual time, with the real ticks and the real writes.
 */

import { describe, expect, it } from 'vitest';
import { arm, disarm, planSnoozes, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { rearm } from '../../lambda/app/operator/rearm.ts';
import { beatRun, endRun, startRun } from '../../lambda/app/ping/run-commands.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { every, TIMES, type WatchRig, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const action = (rig: WatchRig) => ({ botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops', reason: 'test' });
const beat = (rig: WatchRig, runId: string, count = 1) => ({ ...action(rig), by: 'bot', runId, count, times: TIMES });
const trips = (rig: WatchRig) => rig.invoked.filter(call => call.trigger === 'watchdog').map(({ atMs }) => atMs);
const rowOf = (rig: WatchRig) => rig.bots.rows().get('alpha') ?? {};

/** The same table, in which something happens right before or after the operator's own write. */
const meanwhile = (
  rig: WatchRig,
  at: { before?: () => Promise<unknown>; after?: () => Promise<unknown> },
): BotStore => {
  let isOver = false;
  return {
    ...rig.bots,
    change: async (change, timeoutMs) => {
      const isFirst = !isOver;
      isOver = true;
      if (isFirst) await at.before?.();
      const changed = await rig.bots.change(change, timeoutMs);
      if (isFirst) await at.after?.();
      return changed;
    },
  };
};

describe('a snooze', () => {
  it('outlasts an upgrade: a bot that stops cleanly, starts and dies in it is tripped only after it', async () => {
    const rig = watchRig();
    await startRun(rig.bots, beat(rig, 'run-1234-a'), 1_000);
    const untilMs = rig.clock.nowMs() + 20 * MINUTE;
    await snooze(rig.bots, action(rig), untilMs, 1_000);
    const upgrade = async () => {
      await rig.until(2 * MINUTE);
      await endRun(rig.bots, beat(rig, 'run-1234-a'), 1_000);
      await rig.until(3 * MINUTE);
      await startRun(rig.bots, beat(rig, 'run-1234-b'), 1_000);
      await beatRun(rig.bots, { ...beat(rig, 'run-1234-b', 2), proves: true }, 1_000);
    };
    await Promise.all([upgrade(), rig.ticks(every(MINUTE, 1_000, 24 * MINUTE))]);
    const [tripped, ...others] = trips(rig);
    expect(others).toEqual([]);
    // Its full time after the end of the snooze.
    expect(tripped).toBeGreaterThanOrEqual(22 * MINUTE);
    expect(tripped).toBeLessThan(24 * MINUTE);
  });

  it('ends with an operator’s disarm: the next start is watched', async () => {
    const rig = watchRig();
    await startRun(rig.bots, beat(rig, 'run-1234-a'), 1_000);
    await snooze(rig.bots, action(rig), rig.clock.nowMs() + 20 * MINUTE, 1_000);
    await disarm(rig.bots, action(rig), 1_000);
    await startRun(rig.bots, beat(rig, 'run-1234-b'), 1_000);
    expect(rowOf(rig)).not.toHaveProperty('snoozed_until_ms');
  });

  it.each([
    ['first beat', (rig: WatchRig) => startRun(rig.bots, beat(rig, 'run-1234-a'), 1_000)],
    ['arming', (rig: WatchRig) => arm(rig.bots, action(rig), 1_000)],
  ])('that comes right before a bot’s %s is done, not answered with “nothing to do”', async (_what, happens) => {
    const rig = watchRig();
    const bots = meanwhile(rig, { after: () => happens(rig) });
    const untilMs = rig.clock.nowMs() + MINUTE;
    expect(await snooze(bots, action(rig), untilMs, 1_000)).toEqual({ kind: 'done' });
    expect(rowOf(rig)).toMatchObject({ watch_state: 'armed', snoozed_until_ms: Math.floor(untilMs) });
  });

  it('of a bot whose row changes all the time says so, and is not tried for ever', async () => {
    const rig = watchRig();
    await startRun(rig.bots, beat(rig, 'run-1234-a'), 1_000);
    let tries = 0;
    const bots: BotStore = {
      ...rig.bots,
      change: async () => {
        tries += 1;
        return undefined;
      },
    };
    expect(await snooze(bots, action(rig), rig.clock.nowMs() + MINUTE, 1_000)).toEqual({
      kind: 'refused',
      state: 'armed',
      sentence: 'Could not snooze alpha: its row changes at this very moment. Try again.',
    });
    expect(tries).toBe(3);
  });
});

describe('a planned window', () => {
  it('that is planned while the watchdog is about to trip is kept: no bot is tripped in it', async () => {
    const rig = watchRig();
    await startRun(rig.bots, beat(rig, 'run-1234-a'), 1_000);
    // It begins before the deadline, and is written after the last read of the bot.
    const plan = { every: 'daily 12:00 UTC', forMs: 30 * MINUTE };
    let planned = 0;
    const bots: BotStore = {
      ...rig.bots,
      change: async (change, timeoutMs) => {
        if (change.doing === 'trip' && planned === 0) {
          planned = rig.nowMs();
          await planSnoozes(rig.bots, action(rig), plan, 1_000);
        }
        return rig.bots.change(change, timeoutMs);
      },
    };
    (rig.world as { bots: BotStore }).bots = bots;
    await rig.ticks(every(MINUTE, 1_000, 33 * MINUTE));
    expect(planned).toBeGreaterThan(0);
    // 12:30:00, and two minutes more.
    expect(trips(rig)).toHaveLength(1);
    expect(trips(rig)[0]).toBeGreaterThanOrEqual(32 * MINUTE - 7_000);
  });
});

describe('a re-arm', () => {
  const tripped = async () => {
    const rig = watchRig();
    await startRun(rig.bots, beat(rig, 'run-1234-a'), 1_000);
    await rig.ticks(every(MINUTE, 1_000, 2 * MINUTE));
    return rig;
  };

  it('of a bot that is tripped only after the operator read its row re-arms nothing: the trip continues', async () => {
    const rig = watchRig();
    await startRun(rig.bots, beat(rig, 'run-1234-a'), 1_000);
    const store: BotStore = {
      ...rig.bots,
      read: async (botId, timeoutMs) => {
        const seen = await rig.bots.read(botId, timeoutMs);
        await rig.ticks(every(MINUTE, 1_000, 2 * MINUTE));
        return seen;
      },
    };
    const result = await rearm({ bots: store, unfinished: rig.world.unfinished }, action(rig), { timeoutMs: 1_000 });
    expect(result).toMatchObject({ kind: 'refused', state: 'armed' });
    expect(trips(rig)).toHaveLength(1);
    expect(rowOf(rig)).toMatchObject({ watch_state: 'tripped' });
  });

  it('by two operators at once is done by one, and the other gets the state of the bot', async () => {
    const rig = await tripped();
    const ports = { bots: rig.bots, unfinished: rig.world.unfinished };
    const results = await Promise.all([1, 2].map(() => rearm(ports, action(rig), { timeoutMs: 1_000 })));
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['done', 'refused']);
    expect(results.find(({ kind }) => kind === 'refused')).toMatchObject({
      state: 'armed',
      sentence: 'Could not re-arm alpha: it is armed. Nothing to do, or disarm it first.',
    });
  });
});

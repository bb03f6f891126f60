/**
 * The ways in which a dead man's switch kills by mistake or misses a death, each with others of its kind: outages that only
 * writes feel, restarts, crash loops, deploys, marks, operators. In virtual time, with the real ticks and the real writes.
 */

import { describe, expect, it } from 'vitest';
import { arm, disarm } from '../../lambda/app/operator/operator-commands.ts';
import { endRun, reportFailure, startOrBeat, startRun, withdrawFailure } from '../../lambda/app/ping/run-commands.ts';
import { type BotSettings, defaultBot } from '../../lambda/core/config/settings.ts';
import { createRandom } from '../../simulator/engine/seeded-random.ts';
import { rearm } from '../support/bot-actions.ts';
import { every, START_MS, TIMES, type WatchRig, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const SECOND = 1_000;
/** A heartbeat of 10 s, and 2 s of slack. */
const PROOF_MS = 12_000;

interface Life {
  readonly botId?: string;
  readonly runId?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly times?: typeof TIMES;
}

/** A client: it starts, beats each heartbeat, and tries again at the next one where a beat was not stored. */
async function live(rig: WatchRig, { botId = 'alpha', runId = `run-of-${botId}`, fromMs, toMs, times = TIMES }: Life) {
  const answers: string[] = [];
  let isStart = true;
  for (let at = fromMs, count = 1; at <= toMs; at += times.heartbeatMs, count += 1) {
    await rig.until(at);
    const beat = { botId, runId, atMs: rig.clock.nowMs(), count, by: 'bot', times, isStart };
    try {
      const { kind } = await startOrBeat(rig.bots, beat, 1_000);
      answers.push(kind);
      isStart = false;
    } catch {
      answers.push('not stored');
    }
  }
  return answers;
}

const tripped = (rig: WatchRig): readonly (readonly [unknown, number])[] =>
  rig.invoked.filter(call => call.trigger === 'watchdog').map(({ botId, atMs }) => [botId, atMs] as const);
const action = (rig: WatchRig) => ({ botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops', reason: 'test' });
const minutes = (upTo: number) => every(MINUTE, 1_000, upTo * MINUTE);
const stateOf = (rig: WatchRig, botId = 'alpha') => rig.bots.rows().get(botId)?.watch_state;

describe('an outage of writes only', () => {
  const FROM_MS = 3 * MINUTE;
  const ids = Array.from({ length: 40 }, (_, index) => `bot-${index}`);
  const bots = [...ids, 'dead'].map(defaultBot);

  it.each<[string, number, (random: () => number) => 'refuse' | 'hang' | undefined]>([
    ['150 s of refused writes', 150, () => 'refuse'],
    ['150 s of hanging writes', 150, () => 'hang'],
    ['60 s of refused writes', 60, () => 'refuse'],
    ['119 s of refused writes', 119, () => 'refuse'],
    ['320 s of hanging writes', 320, () => 'hang'],
    ['300 s in which four of five writes fail', 300, random => (random() < 0.8 ? 'refuse' : undefined)],
    ['300 s in which nineteen of twenty writes hang', 300, random => (random() < 0.95 ? 'hang' : undefined)],
  ])('%s: trips none of forty healthy bots, and the dead one after it', async (_what, lastsS, fault) => {
    const random = createRandom(lastsS);
    const rig = watchRig();
    const toMs = FROM_MS + lastsS * SECOND;
    rig.bots.injectFaults(({ operation, atMs }) => {
      const at = atMs - START_MS;
      return operation === 'change' && at >= FROM_MS && at < toMs ? fault(random) : undefined;
    });
    const endMs = toMs + 4 * MINUTE;
    await Promise.all([
      ...ids.map((botId, index) => live(rig, { botId, fromMs: index * 211, toMs: endMs })),
      // Its last beat is before the outage.
      live(rig, { botId: 'dead', fromMs: 500, toMs: FROM_MS - 5_000 }),
      rig.ticks(every(MINUTE, 1_000, endMs - MINUTE), { bots }),
    ]);
    expect(tripped(rig).filter(([botId]) => botId !== 'dead')).toEqual([]);
    const [dead] = tripped(rig);
    expect(dead?.[0]).toBe('dead');
    // At its deadline, or where that lay in the outage, when its beat would have been heard; and once.
    const deadlineMs = FROM_MS - 9_500 + 120_000;
    expect(dead?.[1]).toBeGreaterThanOrEqual(deadlineMs - 10_000);
    expect(dead?.[1]).toBeLessThanOrEqual(Math.max(deadlineMs + 10_000, toMs + PROOF_MS + 3_000));
    expect(tripped(rig)).toHaveLength(1);
  });

  it('between two watchdog runs, of 55 s: trips no bot whose time is over when it ends', async () => {
    const rig = watchRig();
    const known = [{ ...defaultBot('alpha'), heartbeatMs: 5_000, lateAfterMs: 40_000, deadAfterMs: 60_000 }];
    rig.bots.injectFaults(({ operation, atMs }) => {
      const at = atMs - START_MS;
      return operation === 'change' && at > 62_500 && at < 120_500 ? 'refuse' : undefined;
    });
    const times = { heartbeatMs: 5_000, lateAfterMs: 40_000, deadAfterMs: 60_000 };
    await Promise.all([live(rig, { fromMs: 0, toMs: 5 * MINUTE, times }), rig.ticks(minutes(4), { bots: known })]);
    expect(tripped(rig)).toEqual([]);
  });
});

describe('an outage of the part of the table with the bots’ rows', () => {
  /** The watchdog's own row stands in another part, which works. Phases, because it may begin anywhere between two beats. */
  async function outage(lastsS: number, phaseS: number, bots: number, fails: (random: () => number) => boolean) {
    const random = createRandom(lastsS + phaseS);
    const rig = watchRig();
    const fromMs = 3 * MINUTE + phaseS * SECOND;
    const toMs = fromMs + lastsS * SECOND;
    const ids = Array.from({ length: bots }, (_, index) => `bot-${index}`);
    rig.bots.injectFaults(({ operation, target, atMs }) => {
      const at = atMs - START_MS;
      const isHit = operation === 'change' && target.startsWith('bot-') && at >= fromMs && at < toMs;
      return isHit && fails(random) ? 'refuse' : undefined;
    });
    await Promise.all([
      ...ids.map((botId, index) => live(rig, { botId, fromMs: index * 211, toMs: toMs + 3 * MINUTE })),
      live(rig, { botId: 'bot-dead', fromMs: 500, toMs: fromMs - 5_000 }),
      rig.ticks(minutes(Math.ceil(toMs / MINUTE) + 2), { bots: [...ids, 'bot-dead'].map(defaultBot) }),
    ]);
    return { rig, toMs, deadlineMs: fromMs - 5_000 + 120_000 };
  }

  it.each([
    [115, 1],
    [119, 1],
    [150, 1],
    [119, 2],
    [150, 12],
    [320, 12],
  ])(
    '%i s of refused writes to %i bots: trips none that lives, and the dead one once, after it',
    async (lastsS, bots) => {
      for (const phaseS of [0, 3, 6, 12, 18, 33, 51]) {
        const { rig, toMs, deadlineMs } = await outage(lastsS, phaseS, bots, () => true);
        expect([phaseS, tripped(rig).map(([botId]) => botId)]).toEqual([phaseS, ['bot-dead']]);
        expect(tripped(rig)[0]?.[1]).toBeLessThanOrEqual(
          Math.max(deadlineMs + 2 * PROOF_MS, toMs + 2 * PROOF_MS) + 3_000,
        );
      }
    },
  );

  it.each([0.8, 0.95])('300 s in which %f of the writes to them fail: trips none that lives', async share => {
    for (const phaseS of [0, 7, 29]) {
      const { rig } = await outage(300, phaseS, 12, random => random() < share);
      expect(tripped(rig).map(([botId]) => botId)).toEqual(['bot-dead']);
    }
  });

  it('costs a silent bot four writes in a heartbeat interval, and one that sends heartbeats none', async () => {
    const rig = watchRig();
    await Promise.all([
      live(rig, { botId: 'alpha', fromMs: 0, toMs: 6 * MINUTE }),
      live(rig, { botId: 'beta', fromMs: 500, toMs: MINUTE }),
      rig.ticks(minutes(5)),
    ]);
    const proofs = (botId: string) =>
      rig.bots.calls.filter(({ target, doing }) => target === botId && doing.startsWith('prove')).length;
    expect(tripped(rig)).toHaveLength(1);
    expect(proofs('alpha')).toBe(0);
    // Silent for two minutes, in which a beat is missing for all but twelve seconds.
    expect(proofs('beta')).toBeGreaterThan(8);
    expect(proofs('beta')).toBeLessThanOrEqual(2 * 45);
  });

  it('costs a thousand that are silent at once one write each in a watchdog run', async () => {
    const rig = watchRig({ latencyMs: 0 });
    const ids = Array.from({ length: 1_000 }, (_, index) => `bot-${index}`);
    await Promise.all(ids.map(botId => live(rig, { botId, fromMs: 0, toMs: 0 })));
    await rig.ticks(every(MINUTE, 1_000, 2 * MINUTE), { bots: ids.map(defaultBot) });
    const proofs = rig.bots.calls.filter(({ doing }) => doing.startsWith('prove')).length;
    expect(tripped(rig)).toHaveLength(1_000);
    expect(proofs).toBeLessThanOrEqual(3 * 1_000 + 3 * 200 * 45);
  });
});

describe('a second run', () => {
  it('that takes over is watched on when the first stops cleanly, and its death is noticed', async () => {
    const rig = watchRig();
    const stopFirst = async () => {
      await rig.until(65_000);
      return endRun(rig.bots, { ...action(rig), runId: 'run-1234-a' }, 1_000);
    };
    const [first, , ended] = await Promise.all([
      live(rig, { runId: 'run-1234-a', fromMs: 0, toMs: 80_000 }),
      live(rig, { runId: 'run-1234-b', fromMs: 55_000, toMs: 125_000 }),
      stopFirst(),
      rig.ticks(minutes(6)),
    ]);
    expect(first).toEqual(['taken', 'taken', 'taken', 'taken', 'taken', 'taken', 'replaced', 'replaced', 'replaced']);
    expect(ended).toEqual({ kind: 'replaced' });
    expect(tripped(rig)).toHaveLength(1);
    expect(tripped(rig)[0]?.[1]).toBeGreaterThanOrEqual(125_000 + 120_000);
  });

  it('is not undone by a late start of the first, nor tripped by its mark', async () => {
    const rig = watchRig();
    const beat = (runId: string, count: number) => ({ ...action(rig), runId, count, times: TIMES });
    await startRun(rig.bots, beat('run-1234-a', 1), 1_000);
    await startRun(rig.bots, beat('run-1234-b', 2), 1_000);
    expect(await startRun(rig.bots, beat('run-1234-a', 3), 1_000)).toEqual({ kind: 'replaced' });
    const mark = { ...action(rig), runId: 'run-1234-a', callId: 'call-a' };
    expect(await reportFailure(rig.bots, mark, 1_000)).toEqual({ kind: 'replaced' });
    expect(rig.bots.rows().get('alpha')).toMatchObject({ run_id: 'run-1234-b' });
  });

  it('of an exclusive bot is refused while the first one may be sending heartbeats', async () => {
    const rig = watchRig();
    const bots = [{ ...defaultBot('alpha'), exclusive: true }];
    await live(rig, { runId: 'run-1234-a', fromMs: 0, toMs: 20_000 });
    await rig.tick({ bots, remainingMs: 5_000 });
    const beat = { ...action(rig), runId: 'run-1234-b', count: 1, times: TIMES };
    expect(await startRun(rig.bots, beat, 1_000)).toMatchObject({ kind: 'occupied', row: { runId: 'run-1234-a' } });
  });
});

describe('times that change by a deployment', () => {
  const longTimes = { heartbeatMs: 60_000, lateAfterMs: 6 * 3_600_000, deadAfterMs: 8 * 3_600_000 };

  it('are those of every bot within a watchdog run, however far ahead it was scheduled', async () => {
    const rig = watchRig();
    const ids = Array.from({ length: 50 }, (_, index) => `bot-${index}`);
    const known = (change: Partial<BotSettings>) => ids.map(id => ({ ...defaultBot(id), ...change }));
    await Promise.all(
      ids.map((botId, index) =>
        live(rig, { botId, fromMs: index * 1_000, toMs: index * 1_000, times: { ...longTimes, heartbeatMs: 10_000 } }),
      ),
    );
    await rig.ticks(every(MINUTE, MINUTE, 4 * MINUTE), { bots: known({ ...longTimes, heartbeatMs: 10_000 }) });
    const deployedMs = rig.nowMs() + MINUTE;
    await rig.ticks([deployedMs], { bots: known({ lateAfterMs: 30_000, deadAfterMs: 90_000 }) });
    expect(tripped(rig)).toHaveLength(50);
    // All at once, so each has one more heartbeat; that is over long since.
    expect(Math.max(...tripped(rig).map(([, atMs]) => atMs))).toBeLessThan(deployedMs + PROOF_MS + 2_000);
  });

  it.each([
    ['as configured before', longTimes, 5],
    ['snoozed for a day', TIMES, 5],
  ])('find a bot again within five minutes, %s', async (_what, times) => {
    const rig = watchRig();
    await live(rig, { fromMs: 0, toMs: 0, times });
    if (times === TIMES)
      rig.bots.edit('alpha', { ...rig.bots.rows().get('alpha'), snoozed_until_ms: START_MS + 86_000_000 });
    await rig.tick({ bots: [{ ...defaultBot('alpha'), ...longTimes }], remainingMs: 5_000 });
    expect(Number(rig.bots.rows().get('alpha')?.next_check_at_ms) - rig.clock.nowMs()).toBeLessThanOrEqual(5 * MINUTE);
  });

  it.each([
    ['10, 30 and 61 s', { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 61_000 }],
    ['1, 2 and 3 s', { heartbeatMs: 1_000, lateAfterMs: 2_000, deadAfterMs: 3_000 }],
    ['10, 61 and 62 s', { heartbeatMs: 10_000, lateAfterMs: 61_000, deadAfterMs: 62_000 }],
  ])('to %s trip no bot that still sends a heartbeat each minute, and name it once', async (_what, change) => {
    const rig = watchRig();
    const slow = { heartbeatMs: 60_000, lateAfterMs: 180_000, deadAfterMs: 400_000 };
    const bots = [{ ...defaultBot('alpha'), ...change }];
    const reports = Promise.all([
      live(rig, { fromMs: 0, toMs: 10 * MINUTE, times: slow }),
      rig.ticks(minutes(9), { bots }),
    ]);
    const named = (await reports)[1]
      .flatMap(({ problems }) => problems)
      .filter(one => one.startsWith('BOT_TIMES_DIFFER'));
    expect(tripped(rig)).toEqual([]);
    expect(named).toHaveLength(1);
    expect(named[0]).toContain('it beats every 60 s');
  });
});

describe('a bot that only restarts', () => {
  const restarts = async (rig: WatchRig, everyMs: number, toMs: number) => {
    for (let at = 0, count = 1; at < toMs; at += everyMs, count += 1) {
      await rig.until(at);
      const run = { ...action(rig), runId: `run-1234-${count}`, times: TIMES };
      await startRun(rig.bots, { ...run, count }, 1_000);
    }
  };

  it.each([
    ['every six seconds', 6_000],
    ['every second', 1_000],
    ['every fifty seconds', 50_000],
  ])('%s is named, and tripped', async (_often, everyMs) => {
    const rig = watchRig();
    const [, reports] = await Promise.all([restarts(rig, everyMs, 10 * MINUTE), rig.ticks(minutes(9))]);
    expect(reports.flatMap(({ problems }) => problems).filter(one => one.startsWith('BOT_RESTARTING'))).toHaveLength(1);
    expect(tripped(rig)).toHaveLength(1);
    expect(tripped(rig)[0]?.[1]).toBeGreaterThanOrEqual(120_000);
    expect(tripped(rig)[0]?.[1]).toBeLessThan(6 * MINUTE);
  });

  it.each([1_000, 10_000, 40_000, 90_000])(
    're-armed %i ms after its trip has its full time again, and dies under another correlation ID',
    async afterMs => {
      const rig = watchRig();
      let rearmedMs = Number.NaN;
      const operator = async () => {
        while (tripped(rig).length === 0) await rig.clock.sleep(100);
        await rig.clock.sleep(afterMs);
        rearmedMs = rig.nowMs();
        await rearm(rig.bots, action(rig), 1_000);
      };
      await Promise.all([restarts(rig, 5_000, 11 * MINUTE), operator(), rig.ticks(minutes(10))]);
      const ids = rig.invoked.filter(call => call.trigger === 'watchdog').map(({ correlationId }) => correlationId);
      expect(tripped(rig)).toHaveLength(2);
      expect(tripped(rig)[1]?.[1]).toBeGreaterThanOrEqual(rearmedMs + TIMES.deadAfterMs);
      expect(tripped(rig)[1]?.[1]).toBeLessThan(rearmedMs + TIMES.deadAfterMs + 90_000);
      expect(new Set(ids).size).toBe(2);
    },
  );

  it('and works in between is alive', async () => {
    const rig = watchRig();
    const lives = every(25_000, 0, 10 * MINUTE).map(
      (fromMs, index) => () => live(rig, { runId: `run-1234-${index}`, fromMs, toMs: fromMs + 10_000 }),
    );
    const inTurn = async () => {
      for (const life of lives) await life();
    };
    const [, reports] = await Promise.all([inTurn(), rig.ticks(minutes(9))]);
    expect(tripped(rig)).toEqual([]);
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
  });
});

describe('an operator’s command', () => {
  it.each(['disarmed', 'armed again and disarmed'] as const)(
    '%s between two heartbeats of a bot that began tripped is kept',
    async how => {
      const rig = watchRig();
      await Promise.all([live(rig, { runId: 'run-1234-a', fromMs: 0, toMs: 0 }), rig.ticks(minutes(3))]);
      expect(stateOf(rig)).toBe('tripped');
      const fromMs = rig.nowMs();
      const acting = async () => {
        await rig.until(fromMs + 12_000);
        await rearm(rig.bots, action(rig), 1_000);
        if (how !== 'disarmed') {
          await disarm(rig.bots, action(rig), 1_000);
          await arm(rig.bots, action(rig), 1_000);
        }
        await disarm(rig.bots, action(rig), 1_000);
      };
      const [answers] = await Promise.all([
        live(rig, { runId: 'run-1234-b', fromMs, toMs: fromMs + 40_000 }),
        acting(),
      ]);
      expect(answers).toEqual(['tripped', 'tripped', 'disarmed', 'disarmed', 'disarmed']);
      expect(stateOf(rig)).toBe('disarmed');
    },
  );

  it('to re-arm brings back the run that has waited for it', async () => {
    const rig = watchRig();
    await Promise.all([live(rig, { runId: 'run-1234-a', fromMs: 0, toMs: 0 }), rig.ticks(minutes(3))]);
    const fromMs = rig.nowMs();
    const acting = async () => {
      await rig.until(fromMs + 12_000);
      await rearm(rig.bots, action(rig), 1_000);
    };
    const [answers] = await Promise.all([live(rig, { runId: 'run-1234-b', fromMs, toMs: fromMs + 30_000 }), acting()]);
    expect(answers).toEqual(['tripped', 'tripped', 'taken', 'taken']);
  });
});

describe('a reported failure', () => {
  const marked = async () => {
    const rig = watchRig();
    await live(rig, { fromMs: 0, toMs: 10_000 });
    const end = { ...action(rig), runId: 'run-of-alpha', callId: 'call-1' };
    return { rig, end };
  };

  it.each<[string, readonly ('mark' | 'withdraw')[]]>([
    ['that is withdrawn', ['mark', 'withdraw']],
    ['whose withdrawal overtakes it', ['withdraw', 'mark']],
    ['that is withdrawn twice', ['mark', 'withdraw', 'withdraw']],
  ])('%s trips no bot', async (_what, order) => {
    const { rig, end } = await marked();
    for (const one of order) {
      if (one === 'mark') await reportFailure(rig.bots, end, 1_000);
      else await withdrawFailure(rig.bots, end, 1_000);
    }
    await Promise.all([
      live(rig, { runId: 'run-1234-b', fromMs: 20_000, toMs: 3 * MINUTE }),
      rig.ticks([25_000, 85_000]),
    ]);
    expect(tripped(rig)).toEqual([]);
  });

  it('of another call than the one that is withdrawn trips', async () => {
    const { rig, end } = await marked();
    await reportFailure(rig.bots, { ...end, callId: 'call-2' }, 1_000);
    await withdrawFailure(rig.bots, end, 1_000);
    await rig.tick({ remainingMs: 5_000 });
    expect(tripped(rig)).toHaveLength(1);
  });

  it.each([11, 60, 180])(
    'of %i min ago, of a bot that a deployment adds, is reported once and not acted on: it has sent heartbeats since',
    async ago => {
      const { rig, end } = await marked();
      await reportFailure(rig.bots, { ...end, atMs: START_MS - ago * MINUTE }, 1_000);
      const beats = live(rig, { fromMs: 20_000, toMs: 3 * MINUTE });
      const unknown = await rig.ticks([25_000], { bots: [defaultBot('beta')] });
      const known = await rig.ticks([85_000, 145_000]);
      await beats;
      expect(tripped(rig)).toEqual([]);
      expect(unknown.flatMap(({ problems }) => problems).join()).toMatch(/^BOT_UNKNOWN/);
      expect(known.flatMap(({ problems }) => problems)).toMatchObject([expect.stringMatching(/^FAILURE_OUTDATED/)]);
    },
  );

  it('of now is acted on, although a supervisor has started the bot again at once', async () => {
    const { rig, end } = await marked();
    await reportFailure(rig.bots, end, 1_000);
    const again = live(rig, { runId: 'run-1234-b', fromMs: 12_000, toMs: 50_000 });
    await Promise.all([again, rig.ticks([25_000])]);
    expect(tripped(rig)).toHaveLength(1);
  });

  it('of three hours ago that heartbeats have followed is reported once, and not acted on', async () => {
    const { rig, end } = await marked();
    await reportFailure(rig.bots, { ...end, atMs: START_MS - 3 * 3_600_000 }, 1_000);
    await live(rig, { fromMs: 20_000, toMs: 20_000 });
    const reports = [await rig.tick({ remainingMs: 5_000 }), await rig.tick({ remainingMs: 5_000 })];
    expect(tripped(rig)).toEqual([]);
    expect(reports.flatMap(({ problems }) => problems)).toMatchObject([expect.stringMatching(/^FAILURE_OUTDATED/)]);
  });
});

/**
 * A flood cannot kill a healthy bot: a bot that pings is tripped only where pings were taken for its heartbeat and 2 s, and
 * the watchdog knows that from its own pings. In virtual time.
 */

import { describe, expect, test } from 'vitest';
import { answerPing } from '../../lambda/app/ping/answer-ping.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { newTokenChange } from '../../lambda/core/heartbeat/ping.ts';
import { createRandom } from '../../simulator/engine/seeded-random.ts';
import { every, START_MS, type WatchRig, watchRig } from '../app/watch-rig.ts';

const MINUTE = 60_000;
const SECRET = 'a1'.repeat(24);
const CONFIG = { settings: { ...SAFE_DEFAULTS, bots: ['alpha'].map(defaultBot) }, isFallback: false };

/** The front of the function: whether a ping at this instant gets in. */
type Gate = (atMs: number) => boolean;

function rigWith(gate: Gate | undefined): WatchRig {
  const rig = watchRig();
  if (gate === undefined) return rig;
  const pings = {
    probe: async () => {
      await rig.clock.sleep(20);
      if (!gate(rig.nowMs())) throw new Error('the ping URL answered 429.');
    },
  };
  return { ...rig, world: Object.assign(rig.world, { pings }) };
}

/** A shell loop with curl: it pings each heartbeat, and what is refused is lost. Gives how many were. */
async function curl(rig: WatchRig, gate: Gate, fromMs: number, toMs: number): Promise<number> {
  let lost = 0;
  for (const at of every(10_000, fromMs, toMs)) {
    await rig.until(at);
    if (!gate(at)) {
      lost += 1;
      continue;
    }
    const asked = { method: 'GET', path: `/alpha.${SECRET}`, body: undefined };
    expect(await answerPing({ ...rig.world, bots: rig.bots }, CONFIG, asked)).toMatchObject({ status: 200 });
  }
  return lost;
}

async function watched(rig: WatchRig): Promise<void> {
  const change = newTokenChange('alpha', SECRET, {
    before: undefined,
    priorUntilMs: undefined,
    atMs: START_MS,
    by: 'ops',
  });
  await rig.bots.change(change, 1_000);
}

const open: Gate = () => true;
const minutes = (upTo: number) => every(MINUTE, 1_000, upTo * MINUTE);
const trips = (rig: WatchRig) => rig.invoked.filter(({ trigger }) => trigger === 'watchdog').map(({ atMs }) => atMs);

describe('a bot that pings', () => {
  test('is tripped at its deadline when it dies and pings are taken', async () => {
    const rig = rigWith(open);
    await watched(rig);
    await Promise.all([curl(rig, open, 5_000, 2 * MINUTE), rig.ticks(minutes(6))]);
    const last = 5_000 + 110_000;
    expect(trips(rig)).toEqual([expect.any(Number)]);
    expect((trips(rig)[0] ?? 0) - (last + 120_000)).toBeGreaterThanOrEqual(0);
    expect((trips(rig)[0] ?? 0) - (last + 120_000)).toBeLessThan(1_000);
  });

  test.each<[string, (random: () => number) => boolean]>([
    ['every ping', () => false],
    ['nineteen of twenty pings', random => random() < 0.05],
    ['every other ping', random => random() < 0.5],
  ])(
    'is not tripped by a flood of ten minutes in which %s is refused, and it is not tripped after it',
    async (_what, passes) => {
      const random = createRandom(7);
      const gate: Gate = atMs => atMs < 2 * MINUTE || atMs > 12 * MINUTE || passes(random);
      const rig = rigWith(gate);
      await watched(rig);
      const [lost] = await Promise.all([curl(rig, gate, 5_000, 16 * MINUTE), rig.ticks(minutes(16))]);
      expect(lost).toBeGreaterThan(10);
      expect(trips(rig)).toEqual([]);
    },
  );

  test('and died in the flood is tripped once pings have been accepted for its heartbeat interval and 2 s', async () => {
    const gate: Gate = atMs => atMs < 2 * MINUTE || atMs > 7 * MINUTE;
    const rig = rigWith(gate);
    await watched(rig);
    await Promise.all([curl(rig, gate, 5_000, 3 * MINUTE), rig.ticks(minutes(10))]);
    expect(trips(rig)).toHaveLength(1);
    expect(trips(rig)[0]).toBeGreaterThanOrEqual(7 * MINUTE + 12_000);
    expect(trips(rig)[0]).toBeLessThan(7 * MINUTE + 15_000);
  });

  test('raises the alarm while its pings are refused', async () => {
    const rig = rigWith(atMs => atMs < MINUTE);
    await watched(rig);
    await Promise.all([curl(rig, open, 5_000, 30_000), rig.ticks(minutes(5))]);
    expect(rig.metrics.filter(({ name }) => name === 'PingProbesFailed').length).toBeGreaterThanOrEqual(2);
    expect(rig.logs.find(({ level }) => level === 'CRITICAL')).toMatchObject({
      message: 'Pings are not accepted: the ping URL answered 429.',
      fields: { code: 'PINGS_REFUSED', heading: 'Pings fail' },
    });
  });

  test('is not tripped after the ping URL was removed: its pings could not arrive', async () => {
    const rig = rigWith(undefined);
    await watched(rig);
    await Promise.all([curl(rig, open, 5_000, MINUTE), rig.ticks(minutes(15))]);
    expect(trips(rig)).toEqual([]);
    expect(rig.logs.some(({ message }) => message.includes('there is no ping URL'))).toBe(true);
  });
});

test('a bot with a client of its own is tripped in a flood of pings, and no ping is sent for it', async () => {
  let probes = 0;
  const rig = rigWith(() => {
    probes += 1;
    return false;
  });
  await Promise.all([rig.beats('alpha', every(10_000, 5_000, MINUTE)), rig.ticks(minutes(6))]);
  expect(trips(rig)).toHaveLength(1);
  expect(probes).toBe(0);
});

describe('a script that only starts', () => {
  const starts = async (rig: WatchRig, everyMs: number, toMs: number): Promise<void> => {
    for (const at of every(everyMs, 0, toMs)) {
      await rig.until(at);
      const asked = { method: 'GET', path: `/alpha.${SECRET}/start`, body: undefined };
      await answerPing({ ...rig.world, bots: rig.bots }, CONFIG, asked);
    }
  };

  test.each([1_000, 6_000, 50_000])('every %i ms, as one that crashes at once, is named and tripped', async everyMs => {
    const rig = rigWith(open);
    await watched(rig);
    const [, reports] = await Promise.all([starts(rig, everyMs, 9 * MINUTE), rig.ticks(minutes(9))]);
    expect(reports.flatMap(({ problems }) => problems).filter(one => one.startsWith('BOT_RESTARTING'))).toHaveLength(1);
    expect(trips(rig)).toEqual([expect.any(Number)]);
    expect(trips(rig)[0]).toBeLessThan(6 * MINUTE);
  });
});

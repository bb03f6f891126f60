/** The rhythm of the beats and what is told of it, in virtual time. */

import { expect, test } from 'vitest';
import type { BeatResult, BotRow, Sign } from '../../../client/typescript/bot-row.ts';
import { createEvents, type FlatlineEvent } from '../../../client/typescript/events.ts';
import { createHeart } from '../../../client/typescript/heart.ts';

const TAKEN: BeatResult = { kind: 'taken', prior: undefined, atMs: 0 };
const UNREACHED: BeatResult = { kind: 'failed', problem: { code: 'UNREACHED', sentence: 'no network' } };
const FORBIDDEN: BeatResult = { kind: 'failed', problem: { code: 'FORBIDDEN', sentence: 'not allowed' } };
const TRIPPED: BeatResult = { kind: 'tripped', correlationId: 'liq_20240229_120000_abc123', by: 'watchdog' };

/** Sleeping moves the time on; at `endMs` it sleeps for good. `at` runs things on the way. */
function rig(endMs: number, options: { provenWithinMs?: number; answers?: readonly BeatResult[] } = {}) {
  let nowMs = 0;
  const plans: { readonly atMs: number; readonly run: () => void }[] = [];
  const sent: Sign[] = [];
  const told: FlatlineEvent[] = [];
  const answers = [...(options.answers ?? [])];
  const never = async (): Promise<never> => {
    throw new Error('not asked for');
  };
  const row: BotRow = {
    beat: async sign => {
      sent.push(sign);
      return answers.shift() ?? TAKEN;
    },
    disarm: never,
    fail: never,
  };
  const events = createEvents();
  events.listen(event => told.push(event));
  const times = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
  const heart = createHeart({
    ...{ row, events, settings: { botId: 'alpha', times, provenWithinMs: options.provenWithinMs } },
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: async (ms, signal) => {
        const untilMs = nowMs + ms;
        for (const plan of plans.filter(({ atMs }) => atMs > nowMs && atMs <= untilMs)) {
          nowMs = plan.atMs;
          plan.run();
          await Promise.resolve();
        }
        if (untilMs > endMs) return new Promise(resolve => signal.addEventListener('abort', () => resolve()));
        nowMs = Math.max(nowMs, untilMs);
      },
    },
  });
  return {
    heart,
    sent,
    at: (atMs: number, run: () => void) => plans.push({ atMs, run }),
    kinds: () => told.map(({ kind }) => kind),
    told,
    play: async () => {
      const first = await heart.start();
      for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve();
      await heart.rest();
      return first;
    },
  };
}

test('the first beat arms, then one each heartbeat, none after the rest', async () => {
  const { heart, sent, kinds, play } = rig(30_000);
  expect(await play()).toBe(TAKEN);
  expect(sent).toEqual([
    { atMs: 0, count: 1, arms: true },
    { atMs: 10_000, count: 2, arms: false },
    { atMs: 20_000, count: 3, arms: false },
    { atMs: 30_000, count: 4, arms: false },
  ]);
  expect(kinds()).toEqual(['armed']);
  expect([heart.state(), heart.beats()]).toEqual(['idle', 4]);
});

test('a beat that is not stored is tried again, sooner; told once, and once that it is over', async () => {
  const { sent, kinds, play } = rig(27_500, { answers: [TAKEN, UNREACHED, UNREACHED, UNREACHED, TAKEN] });
  await play();
  expect(sent.map(({ atMs }) => atMs)).toEqual([0, 10_000, 10_500, 11_500, 13_500, 23_500]);
  expect(kinds()).toEqual(['armed', 'unreached', 'reached']);
});

test('a first beat that is not stored keeps the right to arm', async () => {
  const { sent, kinds, play } = rig(1_000, { answers: [UNREACHED] });
  expect(await play()).toBe(UNREACHED);
  expect(sent.map(({ arms }) => arms)).toEqual([true, true]);
  expect(kinds()).toEqual(['unreached', 'reached', 'armed']);
});

test('a refusal is told as such, once per kind of refusal', async () => {
  const { kinds, play } = rig(3_000, { answers: [FORBIDDEN, FORBIDDEN, UNREACHED] });
  await play();
  expect(kinds()).toEqual(['refused', 'unreached']);
});

test('a tripped bot is told once, its beats stay refused, and a re-arming is told', async () => {
  const { heart, told, kinds, sent, play } = rig(50_000, { answers: [TAKEN, TRIPPED, TRIPPED, TRIPPED, TAKEN, TAKEN] });
  await play();
  expect(sent).toHaveLength(6);
  expect(kinds()).toEqual(['armed', 'tripped', 'armed']);
  expect(told[1]).toEqual({
    kind: 'tripped',
    sentence:
      'alpha is tripped: its account was liquidated (liq_20240229_120000_abc123) and it must not trade. ' +
      'Look at the account, then flatline rearm --bot alpha.',
    correlationId: 'liq_20240229_120000_abc123',
  });
  expect(heart.state()).toBe('idle');
});

test('disarmed by hand: told once', async () => {
  const { kinds, play } = rig(30_000, { answers: [TAKEN, { kind: 'disarmed' }, { kind: 'disarmed' }, TAKEN] });
  await play();
  expect(kinds()).toEqual(['armed', 'disarmed', 'armed']);
});

test('beats only while the last proof of work is fresh; the next proof beats at once', async () => {
  const { heart, sent, kinds, at, play } = rig(60_000, { provenWithinMs: 15_000 });
  at(12_000, heart.alive);
  at(44_000, heart.alive);
  await play();
  // Proven at 0 and 12 s: fresh up to 27 s, so nothing from then to 44 s.
  expect(sent.map(({ atMs }) => atMs)).toEqual([0, 10_000, 20_000, 44_000, 50_000]);
  expect(kinds()).toEqual(['armed', 'hung', 'working', 'hung']);
});

test('a beat that another count was stored before is somebody else’s; told once', async () => {
  const stored = (count: number, atMs = (count - 1) * 10_000): BeatResult => ({
    ...TAKEN,
    prior: { count, atMs, watchState: 'armed' },
  });
  // Before our first: an earlier life. Then our own, an arming by hand, and a stranger that has our count by chance.
  const { kinds, play } = rig(50_000, {
    answers: [stored(99), stored(1), stored(0), stored(3, 19_000), stored(4, 29_000)],
  });
  await play();
  expect(kinds()).toEqual(['armed', 'shared']);
});

test('two calls at once are one beat', async () => {
  const { heart, sent } = rig(0);
  await Promise.all([heart.beat(), heart.beat(), heart.beat()]);
  expect(sent).toEqual([{ atMs: 0, count: 1, arms: true }]);
});

test('what a listener throws or rejects with stays with it', async () => {
  const { heart, kinds, play } = rig(0);
  const events = createEvents();
  const heard: string[] = [];
  events.listen(() => {
    throw new Error('the bot’s own');
  });
  events.listen(async () => {
    throw new Error('the bot’s own');
  });
  events.listen(({ kind }) => heard.push(kind));
  events.tell('armed', 'x');
  expect(heard).toEqual(['armed']);
  await play();
  expect([kinds(), heart.beats()]).toEqual([['armed'], 1]);
});

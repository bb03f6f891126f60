/** The drill's bot: what it writes, and what it makes of an answer. */

import { expect, test } from 'vitest';
import { createBot } from '../../bin/commands/drill/bot.ts';
import type { Progress } from '../../bin/commands/drill/progress.ts';
import type { Clock } from '../../lambda/ports.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { T0 } from './kept-promise.ts';

/** Sleeping moves it on, so that nothing is waited for; it falls asleep for good at `endMs`. */
function leapingClock(endMs: number): Clock {
  let nowMs = T0;
  return {
    nowMs: () => nowMs,
    sleep: async (ms, signal) => {
      if (nowMs + ms > T0 + endMs)
        return new Promise(resolve => signal?.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.resolve();
      if (ms > 0) nowMs += ms;
    },
  };
}

const SETTINGS = { botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 2_000, deadAfterMs: 4_000 };

function setUp(endMs: number) {
  const clock = leapingClock(endMs);
  const bots = createMemoryBotStore(clock);
  const told: Progress[] = [];
  const bot = createBot(SETTINGS, { bots, clock, reportProgress: progress => told.push(progress) });
  const outcomes = () => bot.beats.map(({ atMs, outcome }) => [atMs - T0, outcome]);
  const reasons = () => bot.beats.map(({ why }) => why);
  return { bot, bots, told, outcomes, reasons };
}

test('the drill’s bot arms itself by its first heartbeat, and sends one each second until it falls silent', async () => {
  const { bot, bots, told, outcomes } = setUp(3_500);
  await bot.live();
  await expect.poll(() => bot.beats.length, { interval: 1 }).toBe(4);
  await bot.fallSilent();
  expect(outcomes()).toEqual([0, 1_000, 2_000, 3_000].map(atMs => [atMs, 'taken']));
  expect(bots.rows().get('drill')).toMatchObject({
    watch_state: 'armed',
    beats: 4,
    last_beat_at_ms: T0 + 3_000,
    dead_after_ms: 4_000,
  });
  expect(told.map(({ kind }) => kind)).toEqual(['beat', 'beat', 'beat', 'beat']);
});

test('a tripped bot gets the ID of its liquidation; a table that fails is evidence too', async () => {
  const { bot, bots, outcomes, reasons } = setUp(0);
  await bot.beat();
  const id = 'liq_20240229_120000_abc123';
  bots.edit('drill', { ...bots.rows().get('drill'), watch_state: 'tripped', correlation_id: id });
  await bot.beat();
  bots.injectFaults(() => 'refuse');
  await bot.beat();
  expect(outcomes()).toEqual([
    [0, 'taken'],
    [0, 'tripped'],
    [0, 'not stored'],
  ]);
  expect(bot.beats[1]?.correlationId).toBe(id);
  expect(reasons()).toEqual([undefined, undefined, expect.stringContaining('drill')]);
});

test('the drill’s bot stops cleanly, and says why it could not', async () => {
  const { bot, bots } = setUp(0);
  expect(await bot.leave()).toMatch(/drill/);
  await bot.live();
  expect(await bot.leave()).toBeUndefined();
  expect(bots.rows().get('drill')).toMatchObject({ watch_state: 'disarmed' });
  expect(await bot.leave()).toMatch(/refused: disarmed/);
});

/**
 * A tick whose host has a wrong clock: it trips no bot that beats, and what it leaves in the rows hides no death from the
 * ticks after it. In virtual time, with the real ticks and the real writes.
 */

import { describe, expect, it } from 'vitest';
import { startOrBeat } from '../../lambda/app/ping/run-commands.ts';
import { tick } from '../../lambda/app/watchdog/tick.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { WatchTimes } from '../../lambda/core/heartbeat/watch-times.ts';
import { type WatchRig, watchRig } from './watch-rig.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Beats from `fromMs` to `toMs`, a client that got no answer. */
async function live(rig: WatchRig, botId: string, times: WatchTimes, fromMs: number, toMs: number): Promise<void> {
  for (let at = fromMs, count = 1; at <= toMs; at += times.heartbeatMs, count += 1) {
    await rig.until(at);
    const beat = { botId, runId: `run-of-${botId}`, atMs: rig.clock.nowMs(), count, by: 'bot', times };
    await startOrBeat(rig.bots, { ...beat, isStart: count === 1 }, 1_000);
  }
}

/** Ticks each minute; those of `wrong` have a clock that is wrong by so much. */
async function ticks(
  rig: WatchRig,
  times: WatchTimes,
  ids: readonly string[],
  minutes: number,
  wrong: ReadonlyMap<number, number>,
): Promise<void> {
  const settings = { ...SAFE_DEFAULTS, bots: ids.map(id => ({ ...defaultBot(id), ...times })) };
  await Promise.all(
    Array.from({ length: minutes }, async (_, minute) => {
      await rig.until(minute * MINUTE + SECOND);
      const clock = { ...rig.clock, nowMs: () => rig.clock.nowMs() + (wrong.get(minute) ?? 0) };
      await tick({ ...rig.world, clock }, { settings, isFallback: false }, { remainingMs: 110_000 });
    }),
  );
}

const tripped = (rig: WatchRig) => rig.invoked.filter(call => call.trigger === 'watchdog').map(call => call.botId);

describe.each<[string, WatchTimes]>([
  ['10, 30 and 120 s', { heartbeatMs: 10 * SECOND, lateAfterMs: 30 * SECOND, deadAfterMs: 120 * SECOND }],
  ['60, 110 and 122 s', { heartbeatMs: 60 * SECOND, lateAfterMs: 110 * SECOND, deadAfterMs: 122 * SECOND }],
  ['30, 61 and 62 s', { heartbeatMs: 30 * SECOND, lateAfterMs: 61 * SECOND, deadAfterMs: 62 * SECOND }],
])('of bots with %s', (_times, times) => {
  it.each([
    ['ahead by 6 h', 6 * HOUR],
    ['ahead by 3 min', 3 * MINUTE],
    ['behind by 6 h', -6 * HOUR],
    ['behind by 3 min', -3 * MINUTE],
    ['ahead by a year', 365 * 24 * HOUR],
  ])(
    'a watchdog run that is %s trips none that sends heartbeats, and every death is noticed by those after it',
    async (_how, wrongMs) => {
      const rig = watchRig();
      // More than the repair of the index checks in this time.
      const ids = Array.from({ length: 40 }, (_, index) => `bot-${index}`);
      const endMs = 16 * MINUTE;
      await Promise.all([
        ...ids.map((botId, index) => live(rig, botId, times, index * 1_300, endMs)),
        // One dies before that tick is over, one after it.
        live(rig, 'dies-1', times, 700, 6 * MINUTE),
        live(rig, 'dies-2', times, 900, 8 * MINUTE),
        ticks(rig, times, [...ids, 'dies-1', 'dies-2'], 15, new Map([[5, wrongMs]])),
      ]);
      expect(tripped(rig).toSorted()).toEqual(['dies-1', 'dies-2']);
    },
  );
});

/** The checks that one tick makes of one bot: when they are made, how failures are answered, and what is reported at the end. */

import { describe, expect, it } from 'vitest';
import { proveWhileNeeded } from '../../lambda/app/watchdog/prove-health.ts';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { watchBot } from '../../lambda/app/watchdog/watch-bots.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { START_MS, TIMES, watchRig } from './watch-rig.ts';

/** A tick that opens at the start: its horizon is at 80 s, its last read at 102 s, unless it is short. */
function opened({ remainingMs = 110_000, deadAfterMs = 120_000 } = {}) {
  const rig = watchRig({ latencyMs: 0 });
  const settings = { ...SAFE_DEFAULTS, bots: [{ ...defaultBot('alpha'), ...TIMES, deadAfterMs }] };
  const tick = openTick(rig.world, { settings, isFallback: false }, remainingMs);
  const over = new AbortController();
  const proof = proveWhileNeeded(tick, Promise.resolve(undefined), over.signal);
  const keep = async (botId = 'alpha'): Promise<void> => {
    await watchBot(tick, botId, proof);
    over.abort();
  };
  const reads = () => rig.bots.calls.filter(call => call.operation === 'read').map(call => call.atMs - START_MS);
  return { rig, tick, keep, reads };
}

/** Silent since `ms` after the start, and seen then. */
const silentSince = (ms: number) => ({
  ...{ watch_state: 'armed', beats: 1, last_beat_at_ms: START_MS + ms, watch_shard: 8, next_check_at_ms: 0 },
  ...{ seen_beat: `1@${START_MS + ms}`, seen_at_ms: START_MS + ms, seen_after_ms: START_MS + ms - 10_000 },
});

describe('a bot whose row cannot be read', () => {
  it('is tried again after pauses that double from 0.1 to 2 s, to the last read of the run', async () => {
    const { rig, tick, keep, reads } = opened({ remainingMs: 12_000 });
    rig.bots.injectFaults(() => 'refuse');
    await keep();
    // The last read is at 8 s at the latest; the next pause would lead beyond it.
    expect(reads()).toEqual([0, 100, 300, 700, 1_500, 3_100, 5_100, 7_100]);
    expect(tick.tally.problems).toEqual([
      'BOT_NOT_JUDGED: The watchdog could not check the bot alpha. ' +
        'The store in memory fails at read of alpha (refused).',
    ]);
    expect(rig.logs).toMatchObject([{ level: 'CRITICAL', fields: { bot_id: 'alpha', code: 'BOT_NOT_JUDGED' } }]);
  });

  it('is tried to the very instant of the last read', async () => {
    // 2 + 8.875 s: a fifth of it is left for the landing, so the last read is at 7.1 s.
    const { rig, keep, reads } = opened({ remainingMs: 10_875 });
    rig.bots.injectFaults(() => 'refuse');
    await keep();
    expect(reads().at(-1)).toBe(7_100);
  });

  it('pauses shortly again after a read that succeeded', async () => {
    const { rig, keep, reads } = opened();
    rig.bots.edit('alpha', silentSince(-60_000));
    const out = (): boolean => rig.nowMs() < 500 || (rig.nowMs() >= 60_000 && rig.nowMs() < 60_250);
    rig.bots.injectFaults(call => (call.operation === 'read' && out() ? 'refuse' : undefined));
    await keep();
    // At 12.7 s it is proven that the bot is late, at 60 s it would be dead.
    expect(reads().slice(0, 8)).toEqual([0, 100, 300, 700, 12_700, 60_000, 60_100, 60_300]);
  });

  it('because of a bug is not tried again, and both the bug and the bot are reported', async () => {
    const { rig, tick, keep, reads } = opened();
    const bug = new TypeError('beyond understanding');
    rig.bots.injectFaults(() => {
      throw bug;
    });
    await keep();
    expect(reads()).toEqual([0]);
    expect(rig.logs).toMatchObject([
      { level: 'CRITICAL', message: 'The watchdog failed unexpectedly', fields: { bot_id: 'alpha', error: bug } },
      { level: 'CRITICAL', fields: { bot_id: 'alpha', code: 'BOT_NOT_JUDGED' } },
    ]);
    expect(tick.tally.problems).toEqual(['BOT_NOT_JUDGED: The watchdog could not check the bot alpha. TypeError']);
  });
});

describe('a bot that dies', () => {
  it.each([
    // Late since 30 s of silence, so checked until the last read, at 102 s.
    ['at the last read is read then, and trips', -18_000, 1],
    ['a millisecond after it is left to the next tick', -17_999, 0],
  ])('%s', async (_when, since, firings) => {
    const { rig, keep } = opened();
    rig.bots.edit('alpha', silentSince(since));
    await keep();
    expect(rig.invoked).toHaveLength(firings);
  });

  it.each<[string, (call: { readonly operation: string; readonly target: string }, atMs: number) => boolean, number]>([
    // A heartbeat of 10 s, and 2 s of slack, from the first write of the tick on.
    ['a heartbeat and 2 s after the first write of the tick', () => false, 12_000],
    [
      'a heartbeat and 2 s after the last write that failed',
      ({ target }, at) => target === '#watchdog' && at < 30_000,
      42_000,
    ],
    [
      'a heartbeat and 2 s after a read of its own row that failed',
      ({ target }, at) => target === 'alpha' && at < 5_000,
      17_100,
    ],
  ])('long ago is tripped %s', async (_when, fails, atMs) => {
    const { rig, keep } = opened();
    rig.bots.edit('alpha', silentSince(-300_000));
    rig.bots.injectFaults(call => (fails(call, call.atMs - START_MS) ? 'refuse' : undefined));
    await keep();
    expect(rig.invoked.map(call => call.atMs)).toEqual([atMs]);
  });

  it('is never tripped while every write fails, however long the watchdog run', async () => {
    const { rig, keep } = opened();
    rig.bots.edit('alpha', silentSince(-300_000));
    rig.bots.injectFaults(({ operation }) => (operation === 'change' ? 'refuse' : undefined));
    await keep();
    expect(rig.invoked).toEqual([]);
  });

  it('is never tripped while four of five writes fail', async () => {
    const { rig, keep } = opened();
    rig.bots.edit('alpha', silentSince(-300_000));
    let writes = 0;
    rig.bots.injectFaults(({ operation }) => {
      if (operation !== 'change') return undefined;
      writes += 1;
      return writes % 5 === 0 ? undefined : 'refuse';
    });
    await keep();
    expect(rig.invoked).toEqual([]);
  });
});

it('reports a row that is no bot’s, by its name', async () => {
  const { rig, tick, keep, reads } = opened();
  await keep('No Bot');
  expect(reads()).toEqual([]);
  expect(tick.tally.problems).toEqual([
    'BOT_ROW_INVALID: The row of the bot No Bot: bot_id = "No Bot": is no bot\'s ID, so nobody can liquidate it; delete the row.',
  ]);
  expect(rig.logs).toMatchObject([{ level: 'ERROR', fields: { bot_id: 'No Bot' } }]);
});

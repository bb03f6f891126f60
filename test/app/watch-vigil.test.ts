/** The looks of one tick at one bot: when they are made, how failures are answered, and what is told at the end. */

import { describe, expect, it } from 'vitest';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { watchBot } from '../../lambda/app/watchdog/watch-bot.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { START_MS, TIMES, watchRig } from './watch-rig.ts';

/** A tick that opens at the start: its horizon is at 80 s, its last look at 102 s, unless it is short. */
function opened({ remainingMs = 110_000, deadAfterMs = 120_000 } = {}) {
  const rig = watchRig({ latencyMs: 0 });
  const settings = { ...SAFE_DEFAULTS, bots: [{ ...defaultBot('alpha'), ...TIMES, deadAfterMs }] };
  const round = openTick(rig.world, { settings, isFallback: false }, remainingMs);
  const keep = (botId = 'alpha', seenBefore: number | 'nobody' = -60_000) =>
    watchBot(round, botId, {
      shard: 8,
      watchedSinceMs: START_MS - 3_600_000,
      seenBeforeMs: seenBefore === 'nobody' ? undefined : START_MS + seenBefore,
    });
  const looks = () => rig.bots.calls.filter(call => call.operation === 'read').map(call => call.atMs - START_MS);
  return { rig, round, keep, looks };
}

/** Silent since `ms` after the start, and seen then. */
const silentSince = (ms: number) => ({
  ...{ watch_state: 'armed', beats: 1, last_beat_at_ms: START_MS + ms, watch_shard: 8, next_check_at_ms: 0 },
  ...{ seen_beat: `1@${START_MS + ms}`, seen_at_ms: START_MS + ms, seen_after_ms: START_MS + ms - 10_000 },
});

describe('a bot whose row cannot be read', () => {
  it('is tried again after pauses that double from 0.1 to 2 s, to the last look of the tick', async () => {
    const { rig, round, keep, looks } = opened({ remainingMs: 12_000 });
    rig.bots.befall(() => 'refuse');
    await keep();
    // The last look is at 8 s at the latest; the next pause would lead beyond it.
    expect(looks()).toEqual([0, 100, 300, 700, 1_500, 3_100, 5_100, 7_100]);
    expect([...round.tally.unsteady]).toEqual([8]);
    expect(round.tally.problems).toEqual([
      'BOT_NOT_JUDGED: The bot alpha was due a look and could not be judged in this tick. ' +
        'The bots in memory were told to fail at read of alpha (refused).',
    ]);
    expect(rig.logs).toMatchObject([{ level: 'CRITICAL', fields: { bot_id: 'alpha', code: 'BOT_NOT_JUDGED' } }]);
  });

  it('is tried to the very instant of the last look', async () => {
    // 2 + 8.875 s: a fifth of it is left for the landing, so the last look is at 7.1 s.
    const { rig, keep, looks } = opened({ remainingMs: 10_875 });
    rig.bots.befall(() => 'refuse');
    await keep();
    expect(looks().at(-1)).toBe(7_100);
  });

  it('pauses shortly again after a look that succeeded', async () => {
    const { rig, keep, looks } = opened();
    rig.bots.edit('alpha', silentSince(-60_000));
    const out = (): boolean => rig.nowMs() < 500 || (rig.nowMs() >= 60_000 && rig.nowMs() < 60_250);
    rig.bots.befall(call => (call.operation === 'read' && out() ? 'refuse' : undefined));
    await keep();
    expect(looks().slice(0, 7)).toEqual([0, 100, 300, 700, 60_000, 60_100, 60_300]);
  });

  it('because of a bug of ours is not tried again, and both the bug and the bot are told', async () => {
    const { rig, round, keep, looks } = opened();
    const bug = new TypeError('beyond understanding');
    rig.bots.befall(() => {
      throw bug;
    });
    await keep();
    expect(looks()).toEqual([0]);
    expect(rig.logs).toMatchObject([
      { level: 'CRITICAL', message: 'A bug of the watchdog', fields: { bot_id: 'alpha', error: bug } },
      { level: 'CRITICAL', fields: { bot_id: 'alpha', code: 'BOT_NOT_JUDGED' } },
    ]);
    expect(round.tally.problems).toEqual([
      'BOT_NOT_JUDGED: The bot alpha was due a look and could not be judged in this tick. TypeError',
    ]);
  });
});

describe('a bot that dies', () => {
  it.each([
    // Late since 30 s of silence, so looked at until the last look, at 102 s.
    ['at the last look is looked at then, and fired on', -18_000, 1],
    ['a millisecond after it is left to the next tick', -17_999, 0],
  ])('%s', async (_when, since, firings) => {
    const { rig, keep } = opened();
    rig.bots.edit('alpha', silentSince(since));
    await keep();
    expect(rig.invoked).toHaveLength(firings);
  });

  it('is not fired on before it could be heard, where an earlier tick saw it beating and this one saw a gap', async () => {
    const gaps = await Promise.all(
      ([-60_000, 'nobody'] as const).map(async seenBefore => {
        const { rig, keep } = opened({ deadAfterMs: 45_000 });
        // Dead for 17 s; the tick before this one came two seconds after its last beat.
        rig.bots.edit('alpha', silentSince(-62_000));
        await keep('alpha', seenBefore);
        return rig.invoked.map(({ atMs }) => atMs);
      }),
    );
    // A heartbeat and two seconds; nobody knows of a gap before the first tick of all.
    expect(gaps).toEqual([[12_000], [0]]);
  });
});

it('tells of a row that is no bot’s under its name', async () => {
  const { rig, round, keep, looks } = opened();
  await keep('No Bot');
  expect(looks()).toEqual([]);
  expect(round.tally.problems).toEqual([
    'BOT_ROW_INVALID: The row of the bot No Bot: bot_id = "No Bot": is no bot\'s ID, so nobody can liquidate it; delete the row.',
  ]);
  expect(rig.logs).toMatchObject([{ level: 'ERROR', fields: { bot_id: 'No Bot' } }]);
});

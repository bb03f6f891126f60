import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observeBeat, silentSinceMs } from '../../../lambda/core/heartbeat/assess-bot.ts';
import { readBotRow } from '../../../lambda/core/heartbeat/read-bot-row.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const rowWith = (beats: number, lastBeatAtMs: number) => {
  const row = readBotRow('alpha', { watch_state: 'armed', beats, last_beat_at_ms: lastBeatAtMs });
  return { ...row, beat: row.beat ?? '' };
};

describe('what the watchdog knows of a heartbeat', () => {
  it('is, at its first read ever, that it came within the longest gap between watchdog runs', () => {
    const observation = observeBeat(rowWith(1, NOW_MS - 3_000), undefined, NOW_MS);
    expect(observation).toMatchObject({ firstSeenAtMs: NOW_MS, notBeforeMs: NOW_MS - 150_000 });
  });

  it('is that it came after the read that saw another one', () => {
    const before = observeBeat(rowWith(1, NOW_MS - 3_000), undefined, NOW_MS);
    const observation = observeBeat(rowWith(2, NOW_MS + 7_000), before, NOW_MS + 60_000);
    expect(observation).toMatchObject({ firstSeenAtMs: NOW_MS + 60_000, notBeforeMs: NOW_MS });
  });

  it('does not change as long as the same heartbeat is in the row', () => {
    const first = observeBeat(rowWith(1, NOW_MS + 99_999_999), undefined, NOW_MS);
    expect(observeBeat(rowWith(1, NOW_MS + 99_999_999), first, NOW_MS + 60_000)).toEqual(first);
  });

  it('is another heartbeat when only the count has changed', () => {
    const first = observeBeat(rowWith(1, NOW_MS), undefined, NOW_MS);
    expect(observeBeat(rowWith(2, NOW_MS), first, NOW_MS + 9).firstSeenAtMs).toBe(NOW_MS + 9);
  });

  it('cuts an observation that lies in the future', () => {
    const first = observeBeat(rowWith(1, NOW_MS), undefined, NOW_MS);
    const forged = { ...first, firstSeenAtMs: NOW_MS + 9_000_000 };
    expect(observeBeat(rowWith(1, NOW_MS), forged, NOW_MS + 5).firstSeenAtMs).toBe(NOW_MS + 5);
  });
});

describe('silence counts', () => {
  const observation = { beat: '1@1', firstSeenAtMs: NOW_MS, notBeforeMs: NOW_MS - 60_000 };
  it.each([
    ['from the bot’s own instant, between the two reads', -20_000, -20_000],
    ['from the bot’s own instant, on the observation', 0, 0],
    ['from the observation, for a clock a millisecond ahead', 1, 0],
    ['from the observation, for a clock ahead by a day', 86_400_000, 0],
    ['from the read before, for a beat that travelled', -62_000, -60_000],
    ['from the read before, for a beat that travelled for five seconds', -65_000, -60_000],
    ['from the observation, for a clock that is proved to be behind', -65_001, 0],
    ['from the observation, for a clock behind by years', -999_999_999, 0],
  ])('%s', (_what, claimed, expected) => {
    expect(silentSinceMs(NOW_MS + claimed, observation)).toBe(NOW_MS + expected);
  });

  it('from the observation, when the bot’s instant cannot be read', () => {
    expect(silentSinceMs(undefined, observation)).toBe(NOW_MS);
  });

  it('for every clock: never before the read that did not show the heartbeat, never after the one that did', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 10_000_000 }), (claimed, gapMs) => {
        const since = silentSinceMs(claimed, { beat: '', firstSeenAtMs: NOW_MS, notBeforeMs: NOW_MS - gapMs });
        expect(since).toBeGreaterThanOrEqual(NOW_MS - gapMs);
        expect(since).toBeLessThanOrEqual(NOW_MS);
      }),
    );
  });
});

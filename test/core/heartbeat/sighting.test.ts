import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBotRow } from '../../../lambda/core/heartbeat/bot-row.ts';
import { sight, silentSinceMs } from '../../../lambda/core/heartbeat/sighting.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const rowWith = (beats: number, lastBeatAtMs: number) => {
  const row = readBotRow('alpha', { watch_state: 'armed', beats, last_beat_at_ms: lastBeatAtMs });
  return { ...row, beat: row.beat ?? '' };
};

describe('what the watchdog knows of a beat', () => {
  it('is, at its first look ever, that it came within the longest gap between ticks', () => {
    const sighting = sight(rowWith(1, NOW_MS - 3_000), undefined, NOW_MS);
    expect(sighting).toMatchObject({ firstSeenAtMs: NOW_MS, notBeforeMs: NOW_MS - 150_000 });
  });

  it('is that it came after the look that saw another one', () => {
    const before = sight(rowWith(1, NOW_MS - 3_000), undefined, NOW_MS);
    const sighting = sight(rowWith(2, NOW_MS + 7_000), before, NOW_MS + 60_000);
    expect(sighting).toMatchObject({ firstSeenAtMs: NOW_MS + 60_000, notBeforeMs: NOW_MS });
  });

  it('does not move as long as the same beat stands there', () => {
    const first = sight(rowWith(1, NOW_MS + 99_999_999), undefined, NOW_MS);
    expect(sight(rowWith(1, NOW_MS + 99_999_999), first, NOW_MS + 60_000)).toEqual(first);
  });

  it('is another beat when only the count has changed', () => {
    const first = sight(rowWith(1, NOW_MS), undefined, NOW_MS);
    expect(sight(rowWith(2, NOW_MS), first, NOW_MS + 9).firstSeenAtMs).toBe(NOW_MS + 9);
  });

  it('cuts a sighting that somebody wrote into the future', () => {
    const first = sight(rowWith(1, NOW_MS), undefined, NOW_MS);
    const forged = { ...first, firstSeenAtMs: NOW_MS + 9_000_000 };
    expect(sight(rowWith(1, NOW_MS), forged, NOW_MS + 5).firstSeenAtMs).toBe(NOW_MS + 5);
  });
});

describe('silence counts', () => {
  const sighting = { beat: '1@1', firstSeenAtMs: NOW_MS, notBeforeMs: NOW_MS - 60_000 };
  it.each([
    ['from the bot’s own instant, between the two looks', -20_000, -20_000],
    ['from the bot’s own instant, on the sighting', 0, 0],
    ['from the sighting, for a clock a millisecond ahead', 1, 0],
    ['from the sighting, for a clock ahead by a day', 86_400_000, 0],
    ['from the look before, for a beat that travelled', -62_000, -60_000],
    ['from the look before, for a beat that travelled for five seconds', -65_000, -60_000],
    ['from the sighting, for a clock that is proved to be behind', -65_001, 0],
    ['from the sighting, for a clock behind by years', -999_999_999, 0],
  ])('%s', (_what, claimed, expected) => {
    expect(silentSinceMs(NOW_MS + claimed, sighting)).toBe(NOW_MS + expected);
  });

  it('from the sighting, when the bot’s instant cannot be read', () => {
    expect(silentSinceMs(undefined, sighting)).toBe(NOW_MS);
  });

  it('for every clock: never before the look that did not see the beat, never after the one that did', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 10_000_000 }), (claimed, gapMs) => {
        const since = silentSinceMs(claimed, { beat: '', firstSeenAtMs: NOW_MS, notBeforeMs: NOW_MS - gapMs });
        expect(since).toBeGreaterThanOrEqual(NOW_MS - gapMs);
        expect(since).toBeLessThanOrEqual(NOW_MS);
      }),
    );
  });
});

/** Which times of silence make sense, and whose count. */

import { describe, expect, it } from 'vitest';
import { defaultBot, SAFE_DEFAULTS } from '../../../lambda/core/config/settings.ts';
import { areSane, timesOf } from '../../../lambda/core/heartbeat/watch-times.ts';

const times = (heartbeatMs: number, lateAfterMs: number, deadAfterMs: number) => ({
  ...{ heartbeatMs, lateAfterMs, deadAfterMs },
});

it.each([
  ['the usual ones', times(10_000, 30_000, 120_000), true],
  ['the shortest heartbeat', times(1_000, 1_001, 1_002), true],
  ['a shorter heartbeat', times(999, 30_000, 120_000), false],
  ['the longest heartbeat', times(60_000, 60_001, 120_000), true],
  ['a longer heartbeat', times(60_001, 70_000, 120_000), false],
  ['late with the heartbeat', times(10_000, 10_000, 120_000), false],
  ['dead when late', times(10_000, 30_000, 30_000), false],
  ['the longest silence', times(10_000, 30_000, 86_400_000), true],
  ['a longer silence', times(10_000, 30_000, 86_400_001), false],
  ['half a millisecond of heartbeat', times(10_000.5, 30_000, 120_000), false],
  ['half a millisecond of lateness', times(10_000, 30_000.5, 120_000), false],
  ['half a millisecond of death', times(10_000, 30_000, 120_000.5), false],
  ['no number', times(10_000, Number.NaN, 120_000), false],
])('%s', (_what, tried, sane) => {
  expect(areSane(tried)).toBe(sane);
});

describe('whose times count', () => {
  const inRow = times(1_000, 2_000, 3_000);
  const configured = { ...defaultBot('alpha'), deadAfterMs: 90_000 };
  const config = { settings: { ...SAFE_DEFAULTS, bots: [configured] }, isFallback: false };

  it('the configuration’s, whatever the bot wrote', () => {
    expect(timesOf(config, 'alpha', inRow)).toEqual(configured);
  });

  it('nobody’s for a bot that it does not know', () => {
    expect(timesOf(config, 'stray', inRow)).toBeUndefined();
  });

  it('the bot’s own when it could not be read, else what is usual', () => {
    const fallback = { ...config, isFallback: true };
    expect(timesOf(fallback, 'alpha', inRow)).toEqual(inRow);
    expect(timesOf(fallback, 'alpha', undefined)).toEqual(configured);
    expect(timesOf(fallback, 'stray', undefined)).toEqual(defaultBot('stray'));
  });
});

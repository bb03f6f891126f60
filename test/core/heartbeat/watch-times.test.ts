/** Which times of silence make sense, and whose count. */

import { describe, expect, it } from 'vitest';
import { defaultBot, SAFE_DEFAULTS } from '../../../lambda/core/config/settings.ts';
import {
  allowedTimes,
  areSane,
  timesDigest,
  timesOf,
  timesProblem,
} from '../../../lambda/core/heartbeat/watch-times.ts';

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
    const { heartbeatMs, lateAfterMs, deadAfterMs } = configured;
    expect(timesOf(config, 'alpha', inRow)).toEqual({ heartbeatMs, lateAfterMs, deadAfterMs });
  });

  it('none for a bot that is not configured', () => {
    expect(timesOf(config, 'stray', inRow)).toBeUndefined();
  });

  it('the bot’s own when it could not be read, else what is usual', () => {
    const fallback = { ...config, isFallback: true };
    expect(timesOf(fallback, 'alpha', inRow)).toEqual(inRow);
    expect(timesOf(fallback, 'alpha', undefined)).toEqual(configured);
    expect(timesOf(fallback, 'stray', undefined)).toEqual(defaultBot('stray'));
  });
});

describe('no deadline is shorter than the bot’s own heartbeat allows', () => {
  it.each<[string, ReturnType<typeof times>, ReturnType<typeof times> | undefined, ReturnType<typeof times>]>([
    [
      'the times of a bot that beats as configured stay',
      times(10_000, 30_000, 120_000),
      times(10_000, 30_000, 120_000),
      times(10_000, 30_000, 120_000),
    ],
    [
      'a deploy that shortens the times waits for two of the old heartbeats',
      times(10_000, 30_000, 61_000),
      times(60_000, 180_000, 400_000),
      times(60_000, 62_000, 122_000),
    ],
    [
      'a bot that beats more often is judged as configured',
      times(10_000, 30_000, 61_000),
      times(1_000, 3_000, 9_000),
      times(10_000, 30_000, 61_000),
    ],
    [
      'configured times that are too short for the heartbeat are made longer',
      times(10_000, 11_000, 12_000),
      undefined,
      times(10_000, 12_000, 22_000),
    ],
    [
      'and so are those of a bot that declares the same heartbeat',
      times(10_000, 11_000, 12_000),
      times(10_000, 11_000, 12_000),
      times(10_000, 12_000, 22_000),
    ],
    [
      'times that are long enough stay for a slow bot',
      times(10_000, 100_000, 300_000),
      times(60_000, 100_000, 300_000),
      times(60_000, 100_000, 300_000),
    ],
  ])('%s', (_what, configured, declared, allowed) => {
    expect(allowedTimes(configured, declared)).toEqual(allowed);
  });

  it('a bot that sends heartbeats less often than configured is named, with what follows', () => {
    expect(timesProblem(times(10_000, 30_000, 61_000), times(60_000, 180_000, 400_000))).toBe(
      'it says that it beats every 60 s, the configuration says 10 s, so it is late after 62 s and dead after 122 s instead of 30 s and 61 s; start it with heartbeat_seconds = 10, or configure what it does.',
    );
    expect(timesProblem(times(10_000, 100_000, 300_000), times(20_000, 60_000, 300_000))).toContain(
      'and the deadlines stay as configured',
    );
  });

  it.each<[string, ReturnType<typeof times> | undefined]>([
    ['as often', times(10_000, 1_000_000, 2_000_000)],
    ['more often', times(5_000, 30_000, 61_000)],
    ['nobody knows how often', undefined],
  ])('one that sends heartbeats %s is no problem', (_how, declared) => {
    expect(timesProblem(times(10_000, 30_000, 61_000), declared)).toBeUndefined();
  });
});

describe('the digest of the configured times', () => {
  const config = (...bots: readonly ReturnType<typeof defaultBot>[]) => ({
    settings: { ...SAFE_DEFAULTS, bots },
    isFallback: false,
  });
  const [alpha, beta] = [defaultBot('alpha'), defaultBot('beta')];

  it('is the same for the same times, in whatever order', () => {
    expect(timesDigest(config(alpha, beta))).toBe(timesDigest(config(beta, alpha)));
    expect(timesDigest(config(alpha))).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['heartbeat', { heartbeatMs: 11_000 }],
    ['lateness', { lateAfterMs: 31_000 }],
    ['deadline', { deadAfterMs: 119_000 }],
    ['exclusiveness', { exclusive: true }],
  ])('differs when the %s of a bot changes', (_what, change) => {
    expect(timesDigest(config({ ...alpha, ...change }, beta))).not.toBe(timesDigest(config(alpha, beta)));
  });

  it('does not depend on the secret', () => {
    expect(timesDigest(config({ ...alpha, secretName: 'other' }))).toBe(timesDigest(config(alpha)));
  });
});

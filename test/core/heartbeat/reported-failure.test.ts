/** When a failure that the bot has reported itself is acted on, and when it is news of the past. */

import { expect, it } from 'vitest';
import { isOutdated } from '../../../lambda/core/heartbeat/assess-bot.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

it.each<[string, number | undefined, number | undefined, boolean]>([
  ['one of three hours ago that later beats have answered', 180 * MINUTE, 0, true],
  ['one of three hours ago, and no beat since', 180 * MINUTE, 181 * MINUTE, false],
  ['one of three hours ago, and only the beat that was on its way', 180 * MINUTE, 180 * MINUTE - 10_000, false],
  ['one whose bot started again and beats', 1 * MINUTE, 0, false],
  ['one of exactly ten minutes ago', 10 * MINUTE, 0, false],
  ['one that is a millisecond older', 10 * MINUTE + 1, 0, true],
  ['one of a bot that never beat', 180 * MINUTE, undefined, false],
  ['one without an instant', undefined, 0, false],
  ['one from the future', -5 * MINUTE, 0, false],
  ['one of three hours ago, by a clock that is a year ahead', 180 * MINUTE - YEAR, -YEAR, true],
  [
    'one of a minute ago, of a bot that started again, by a clock that is three hours behind',
    181 * MINUTE,
    180 * MINUTE,
    false,
  ],
])('%s', (_what, failedAgoMs, beatAgoMs, outdated) => {
  const failure = { atMs: failedAgoMs === undefined ? undefined : NOW - failedAgoMs, reason: 'why' };
  const lastBeatAtMs = beatAgoMs === undefined ? undefined : NOW - beatAgoMs;
  expect(isOutdated({ failure, lastBeatAtMs })).toBe(outdated);
});

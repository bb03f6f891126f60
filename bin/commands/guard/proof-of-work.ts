/** A bot's signs of work: the last one, their interval, and whether they continue after its process has ended. */

import type { Clock } from '../../../lambda/ports.ts';
import { pollUntil } from '../../terminal/waiting.ts';

const POLL_MIN_MS = 1_000;
const POLL_MAX_MS = 10_000;
const POLL_EVERY_MS = 50;
/** A bot's cycles are not of equal length. */
const MARGIN = 1.5;

export function createProofOfWork(clock: Clock) {
  let lastMs = clock.nowMs();
  let count = 0;
  let longestGapMs = 0;
  return {
    /** Called for each sign of work. */
    take: () => {
      const nowMs = clock.nowMs();
      if (count > 0) longestGapMs = Math.max(longestGapMs, nowMs - lastMs);
      lastMs = nowMs;
      count += 1;
    },
    /** By the guard's clock; the bot's start counts as the first. */
    lastMs: () => lastMs,
    /** Since the bot's start. */
    hasProven: () => count > 0,
    /** From now on signs of work count as the bot's. */
    begin: () => {
      lastMs = clock.nowMs();
      count = 0;
      longestGapMs = 0;
    },
    /** Resolves with true at the next sign of work, or with false after the time in which a working bot would give one. */
    goesOn: async () => {
      if (count === 0) return false;
      const before = count;
      const withinMs = Math.min(POLL_MAX_MS, Math.max(POLL_MIN_MS, longestGapMs * MARGIN));
      return pollUntil(() => count > before, { clock, everyMs: POLL_EVERY_MS, withinMs });
    },
  };
}

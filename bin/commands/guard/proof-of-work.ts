/** A bot's signs of work: the last one, their interval, and whether they continue after its process has ended. */

import type { Clock } from '../../../lambda/ports.ts';

interface ProofOfWork {
  /** Called for each sign of work. */
  take(): void;
  /** By the guard's clock; the bot's start counts as the first. */
  lastMs(): number;
  /** Since the bot's start. */
  hasProven(): boolean;
  /** From now on signs of work count as the bot's. */
  begin(): void;
  /** Resolves with true at the next sign of work, or with false after the time in which a working bot would give one. */
  goesOn(): Promise<boolean>;
}

const POLL_MIN_MS = 1_000;
const POLL_MAX_MS = 10_000;
const POLL_EVERY_MS = 50;
/** A bot's cycles are not of equal length. */
const MARGIN = 1.5;

export function createProofOfWork(clock: Clock): ProofOfWork {
  let lastMs = clock.nowMs();
  let count = 0;
  let longestGapMs = 0;
  return {
    take: () => {
      const nowMs = clock.nowMs();
      if (count > 0) longestGapMs = Math.max(longestGapMs, nowMs - lastMs);
      lastMs = nowMs;
      count += 1;
    },
    lastMs: () => lastMs,
    hasProven: () => count > 0,
    begin: () => {
      lastMs = clock.nowMs();
      count = 0;
      longestGapMs = 0;
    },
    goesOn: async () => {
      if (count === 0) return false;
      const before = count;
      const endMs = clock.nowMs() + Math.min(POLL_MAX_MS, Math.max(POLL_MIN_MS, longestGapMs * MARGIN));
      while (count === before && clock.nowMs() < endMs) await clock.sleep(POLL_EVERY_MS);
      return count > before;
    },
  };
}

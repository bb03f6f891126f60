/**
 * A clock without waiting: when everybody who can work has worked, it jumps to the next sleeper's instant.
 * It turns with the event loop's immediates, so it must not be mixed with real input and output.
 */

import type { Clock } from '../../../lambda/ports.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function createVirtualClock(startMs: number): Clock {
  let nowMs = startMs;
  let turning = false;
  let sleepers: readonly Sleeper[] = [];

  const turn = (): void => {
    turning = false;
    const next = sleepers.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) return;
    sleepers = sleepers.filter(sleeper => sleeper !== next);
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    keepTurning();
  };
  const keepTurning = (): void => {
    if (turning || sleepers.length === 0) return;
    turning = true;
    setImmediate(turn);
  };
  return {
    nowMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = { atMs: nowMs + ms, wake: () => resolve() };
        sleepers = [...sleepers, sleeper];
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter(other => other !== sleeper);
          resolve();
        });
        keepTurning();
      }),
  };
}

/**
 * The clock of one invocation. The wall clock is read once, at the start; from there the monotonic clock counts,
 * so a step of the wall clock (NTP) can move no deadline. Start a new one per invocation: while Lambda has the
 * process frozen, its monotonic clock may stand still.
 */

import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports.ts';

/** Node's setTimeout fires at once, without a word, when the delay is longer than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where time is read from; tests bring their own. */
export interface TimeSources {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

const SYSTEM: TimeSources = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/** `sleep` throws RangeError for a duration that is not finite or does not fit a timer; a negative one is over at once. */
export function startClock(sources: TimeSources = SYSTEM): Clock {
  const wallAtAnchorMs = sources.wallMs();
  const anchorMs = sources.monotonicMs();
  return {
    nowMs: () => wallAtAnchorMs + (sources.monotonicMs() - anchorMs),
    sleep: (ms, signal) => {
      if (!Number.isFinite(ms) || ms > LONGEST_TIMER_MS) {
        throw new RangeError(`A sleep of ${ms} ms is impossible; use 0 to ${LONGEST_TIMER_MS}.`);
      }
      return sleepUntil(sources.monotonicMs() + ms, sources, signal);
    },
  };
}

/** Timers may fire a fraction of a millisecond early: then a short one is set for the rest. */
async function sleepUntil(endMs: number, sources: TimeSources, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve: wake } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const restMs = endMs - sources.monotonicMs();
    if (restMs > 0) timer = setTimeout(wait, Math.ceil(restMs));
    else wake();
  };
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  wait();
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', onAbort);
}

/** How commands wait: for a table, and for what no event reports. */

import type { Clock } from '../../lambda/ports.ts';

/** For a table. */
export const STORE_MS = 10_000;
/** For a list, which reads each record separately. */
export const LISTING_MS = 60_000;

interface PollOptions {
  readonly clock: Pick<Clock, 'nowMs' | 'sleep'>;
  readonly everyMs: number;
  /** Default: no limit. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

/** Looks until it holds (true), or until the time is over or the signal is aborted (false). It looks once at least. */
export async function pollUntil(
  holds: () => boolean | Promise<boolean>,
  { clock, everyMs, withinMs = Number.POSITIVE_INFINITY, signal }: PollOptions,
): Promise<boolean> {
  const endMs = clock.nowMs() + withinMs;
  while (!(await holds())) {
    if (clock.nowMs() >= endMs) return false;
    await clock.sleep(everyMs, signal);
    if (signal?.aborted) return false;
  }
  return true;
}

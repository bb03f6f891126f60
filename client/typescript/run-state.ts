/** The state of one run. */

import type { BeatResult } from './beat-result.ts';
import type { Run } from './run.ts';
import type { Instant } from './trade-gate.ts';

export interface SentBeat {
  readonly count: number;
  /** By AWS's clock. */
  readonly atMs: number;
  readonly at: Instant;
}

export interface RunState {
  readonly run: Run;
  /** Aborted: no more heartbeats. */
  readonly ends: AbortController;
  /** Of the last heartbeat that was sent. */
  count: number;
  /** The row knows the run. */
  isStarted: boolean;
  /** When the start that was stored was sent. */
  startedAt: Instant | undefined;
  stored: number;
  storedAt: Instant | undefined;
  /** In a row. */
  failures: number;
  /** The start counts as the first proof of being fresh, but proves no work. */
  provenAtMs: number;
  hasProven: boolean;
  isHung: boolean;
  onItsWay: Promise<BeatResult> | undefined;
  last: BeatResult | undefined;
  /** Aborted: the interval has changed. */
  wakes: AbortController;
}

/** `atMs` by the monotonic clock. */
export const createRunState = (run: Run, atMs: number): RunState => ({
  ...{ run, ends: new AbortController(), count: 0, isStarted: false, startedAt: undefined },
  ...{ stored: 0, storedAt: undefined, failures: 0, provenAtMs: atMs, hasProven: false, isHung: false },
  ...{ onItsWay: undefined, last: undefined, wakes: new AbortController() },
});

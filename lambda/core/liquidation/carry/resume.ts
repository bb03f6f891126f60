/**
 * When the next attempt starts: the liquidation goes on after the caller has its answer, until the account is flat, and
 * once flat it is read again.
 *
 *   attempt 1 ─▶ answer   1 s   attempt 2   2 s   attempt 3   4 s  …  30 s  …   until resume_minutes are over
 *             └▶ FLAT     confirm_seconds   a read in the background, which closes what reappeared
 *
 * The function invokes itself asynchronously, with the same correlation ID. If the exchange refuses the key, the address or
 * the account, or requests a wait of more than a minute (a ban), the watchdog starts the next attempt instead, once a minute
 * at most. No attempt starts before the end of a wait that the exchange requested.
 */

import type { FinalState, Trigger } from '../../../contract.ts';
import { type RequestedWaits, writeRequestedWaits } from '../../exchange/requested-waits.ts';
import type { End } from '../decide.ts';

export interface NextAttempt {
  readonly resumeAtMs: number;
  /** When retries end. */
  readonly untilMs: number;
  /** Number of the next attempt. */
  readonly hop: number;
  /** The function invokes itself; otherwise the watchdog resumes the run. */
  readonly bySelf: boolean;
  /** It only confirms that the account is still flat. */
  readonly confirms: boolean;
}

export type WhatFollows =
  | { readonly kind: 'over' }
  | { readonly kind: 'next'; readonly next: NextAttempt }
  /** `waitUntilMs`: the exchange requested a wait beyond `resume_minutes`. */
  | { readonly kind: 'gave-up'; readonly waitUntilMs: number | undefined };

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const FORBIDDEN_WAIT_MS = 60_000;
/** The watchdog runs once a minute. */
const TICK_MS = 60_000;
/** Longer than a minute, the longest rate limit window. The function's timeout is half a minute longer. */
export const LONGEST_SLEEP_MS = 61_000;

export function whatFollows(after: {
  readonly state: FinalState;
  readonly end: End | undefined;
  readonly hop: number;
  /** Something was closed: waits begin anew, as within an attempt. */
  readonly moved: boolean;
  readonly nowMs: number;
  readonly untilMs: number;
  /** Without the lock no record informs the watchdog: the function invokes itself. */
  readonly locked: boolean;
  /** Whether the next attempt may wait for a limit inside its invocation; not if the event is unproven. */
  readonly mayHold: boolean;
  /** 0: a flat result is not read again. */
  readonly confirmMs: number;
}): WhatFollows {
  const { state, end, hop, moved, nowMs, untilMs, locked, mayHold, confirmMs } = after;
  if (state === 'skipped') return { kind: 'over' };
  if (state === 'completed') {
    if (confirmMs === 0) return { kind: 'over' };
    const resumeAtMs = Math.ceil(nowMs + confirmMs);
    // The watchdog does not resume a flat run.
    return { kind: 'next', next: { resumeAtMs, untilMs, hop: hop + 1, bySelf: true, confirms: true } };
  }
  const waitMs = waitBefore(end, moved ? 1 : hop, nowMs);
  const resumeAtMs = Math.ceil(nowMs + waitMs);
  if (resumeAtMs >= untilMs) {
    return { kind: 'gave-up', waitUntilMs: end?.kind === 'limited' ? resumeAtMs : undefined };
  }
  // The watchdog resumes at the next minute; if that is too late, the function invokes itself.
  const isTooLateForTick = resumeAtMs + TICK_MS > untilMs;
  const isToTick = end?.kind === 'stopped' || waitMs > LONGEST_SLEEP_MS || (end?.kind === 'limited' && !mayHold);
  const isLong = isToTick && !isTooLateForTick;
  return { kind: 'next', next: { resumeAtMs, untilMs, hop: hop + 1, bySelf: !locked || !isLong, confirms: false } };
}

function waitBefore(end: End | undefined, hop: number, nowMs: number): number {
  switch (end?.kind) {
    case 'stopped':
      return Math.max(FORBIDDEN_WAIT_MS, end.failure.retryAfterMs ?? 0);
    case 'limited':
      return end.untilMs - nowMs;
    case 'time':
      // Only the second read is missing.
      return end.seenFlatOnce ? FIRST_WAIT_MS : grownWait(hop);
    default:
      return grownWait(hop);
  }
}

const grownWait = (hop: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (hop - 1));

/** The event that resumes a run. */
export function resumeEvent(run: {
  readonly correlationId: string;
  readonly botId: string;
  readonly trigger: Trigger;
  readonly symbols: readonly string[] | undefined;
  readonly next: NextAttempt;
  /** Of the record: proves to the next attempt that the event is ours. */
  readonly token: string;
  /** Only if the record does not hold it. */
  readonly carried: string | undefined;
  /** The next attempt mostly begins in another container, whose limiter does not know them. */
  readonly waits: RequestedWaits | undefined;
  /** The trip that the run serves. */
  readonly trip: string | undefined;
}): Readonly<Record<string, unknown>> {
  const { next } = run;
  return {
    action: 'liquidate',
    trigger: run.trigger,
    bot_id: run.botId,
    correlation_id: run.correlationId,
    ...(run.symbols === undefined ? {} : { symbols: run.symbols }),
    ...(run.trip === undefined ? {} : { trip: run.trip }),
    resume: {
      hop: next.hop,
      // Instants may carry a fraction, as a lease that ran out does; events take whole milliseconds only.
      not_before_ms: Math.ceil(next.resumeAtMs),
      until_ms: Math.ceil(next.untilMs),
      token: run.token,
      ...(next.confirms ? { confirms: true } : {}),
      ...(run.carried === undefined ? {} : { carried: run.carried }),
      ...(run.waits === undefined ? {} : { told: writeRequestedWaits(run.waits) }),
    },
  };
}

/**
 * The second clock: the caller has its answer, the liquidation goes on until flat, and once flat it is checked again.
 *
 *   attempt 1 ─▶ answer   1 s   attempt 2   2 s   attempt 3   4 s  …  30 s  …   until resume_minutes are over
 *             └▶ FLAT     confirm_seconds   a read in the background, which closes what reappeared
 *
 * The function hands over to an asynchronous invocation of itself, under the same correlation ID. Where the exchange will
 * not talk to us (key, ban, location) asking every few seconds would only make it worse: there the watchdog's run asks,
 * once a minute at most. Nothing is sent before a wait that it requested is over: it bans those who send.
 */

import type { FinalState, Trigger } from '../../../contract.ts';
import { type RequestedWaits, writeRequestedWaits } from '../../exchange/requested-waits.ts';
import type { End } from '../decide.ts';

export interface NextAttempt {
  readonly resumeAtMs: number;
  /** When trying again ends. */
  readonly untilMs: number;
  /** Number of the next attempt. */
  readonly hop: number;
  /** Whether the function calls itself; otherwise the watchdog's run takes it up. */
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
/** Over the end of a minute, the longest of the exchange's windows. The function's own time is half a minute longer. */
export const LONGEST_SLEEP_MS = 61_000;

/** What follows an attempt that ended in `state`. */
export function whatFollows(after: {
  readonly state: FinalState;
  readonly end: End | undefined;
  readonly hop: number;
  /** Something of it was closed: waits begin anew, as within an attempt. */
  readonly moved: boolean;
  readonly nowMs: number;
  readonly untilMs: number;
  /** Without the lock no record informs the watchdog: then the run always hands over to itself. */
  readonly locked: boolean;
  /** Whether the next attempt may wait inside its invocation for the exchange's limit; not if the event is unproven. */
  readonly mayHold: boolean;
  /** 0: a flat result is not looked at again. */
  readonly confirmMs: number;
}): WhatFollows {
  const { state, end, hop, moved, nowMs, untilMs, locked, mayHold, confirmMs } = after;
  if (state === 'skipped') return { kind: 'over' };
  if (state === 'completed') {
    if (confirmMs === 0) return { kind: 'over' };
    const resumeAtMs = Math.ceil(nowMs + confirmMs);
    // The record of a flat run does not make the watchdog act; a long wait is passed on from invocation to invocation.
    return { kind: 'next', next: { resumeAtMs, untilMs, hop: hop + 1, bySelf: true, confirms: true } };
  }
  const waitMs = waitBefore(end, moved ? 1 : hop, nowMs);
  const resumeAtMs = Math.ceil(nowMs + waitMs);
  if (resumeAtMs >= untilMs) {
    return { kind: 'gave-up', waitUntilMs: end?.kind === 'limited' ? resumeAtMs : undefined };
  }
  // The watchdog takes it up at the minute after; where that would be too late, the function waits by itself.
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

/** The event with which a run is taken up again; `resume` is ours alone. */
export function resumeEvent(run: {
  readonly correlationId: string;
  readonly botId: string;
  readonly trigger: Trigger;
  readonly symbols: readonly string[] | undefined;
  readonly next: NextAttempt;
  /** Of the record: the next attempt shows by it that it is ours. */
  readonly token: string;
  /** Only where the record does not hold it. */
  readonly carried: string | undefined;
  /** The waits that the exchange requested: the next attempt mostly begins in another container. */
  readonly waits: RequestedWaits | undefined;
  /** The trip that the run serves, if it serves one. */
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

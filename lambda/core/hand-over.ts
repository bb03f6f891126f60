/**
 * The second clock: the caller has its answer, the liquidation goes on until flat.
 *
 *   attempt 1 ─▶ answer   1 s   attempt 2   2 s   attempt 3   4 s  …  30 s  …   until resume_minutes are over
 *
 * The function hands over to an asynchronous invocation of itself, under the same correlation ID. Where the exchange has
 * forbidden us (key, ban, location) asking every few seconds would only make it worse: there the watchdog's tick asks,
 * once a minute at most. Where it refused us for its limits, nobody asks before they have room: it bans those who do.
 */

import type { FinalState, Trigger } from '../contract.ts';
import type { Failure } from './failure.ts';

export interface HandOver {
  readonly resumeAtMs: number;
  /** When trying again ends. */
  readonly untilMs: number;
  /** Number of the next attempt. */
  readonly hop: number;
  /** Whether the function calls itself; otherwise the watchdog's tick takes it up. */
  readonly bySelf: boolean;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const FORBIDDEN_WAIT_MS = 60_000;
/** Over the end of a minute, the longest of the exchange's windows. The function's own time is half a minute longer. */
export const LONGEST_SLEEP_MS = 61_000;

/** What follows an attempt that ended in `state`; undefined when it is over, because it is done or time is up. */
export function handOver(after: {
  readonly state: FinalState;
  /** Why the exchange would not talk to us, if so. */
  readonly stopped: Failure | undefined;
  /** When the exchange's limits let us look again; the past where they do. */
  readonly roomAtMs: number;
  readonly hop: number;
  readonly nowMs: number;
  readonly untilMs: number;
}): HandOver | undefined {
  const { state, stopped, roomAtMs, hop, nowMs, untilMs } = after;
  if (state !== 'partial' && state !== 'failed') return undefined;
  const waitMs = stopped
    ? Math.max(FORBIDDEN_WAIT_MS, stopped.retryAfterMs ?? 0)
    : Math.max(roomAtMs - nowMs, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (hop - 1)));
  const resumeAtMs = Math.ceil(nowMs + waitMs);
  if (resumeAtMs >= untilMs) return undefined;
  return { resumeAtMs, untilMs, hop: hop + 1, bySelf: stopped === undefined && waitMs <= LONGEST_SLEEP_MS };
}

/** The event with which a run is taken up again; `resume` is ours alone. */
export function resumeEvent(run: {
  readonly correlationId: string;
  readonly botId: string;
  readonly trigger: Trigger;
  readonly symbols: readonly string[] | undefined;
  readonly trip?: string | undefined;
  readonly hop: number;
  readonly resumeAtMs: number;
  readonly untilMs: number;
}): Readonly<Record<string, unknown>> {
  return {
    action: 'liquidate',
    trigger: run.trigger,
    bot_id: run.botId,
    correlation_id: run.correlationId,
    ...(run.symbols === undefined ? {} : { symbols: run.symbols }),
    ...(run.trip === undefined ? {} : { trip: run.trip }),
    // Instants may carry a fraction, as a lease that ran out does; events take whole milliseconds only.
    resume: { hop: run.hop, not_before_ms: Math.ceil(run.resumeAtMs), until_ms: Math.ceil(run.untilMs) },
  };
}

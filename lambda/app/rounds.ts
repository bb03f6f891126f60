/**
 * The liquidation itself, level-triggered: observe → plan → act, again and again, until two observations in a row show
 * the account flat, or time or tries are up.
 *
 *   observe ─┬─ flat, twice ──────────────────────────────▶ flat
 *      ▲     ├─ something is left: plan, act (symbols side by side)
 *      │     ├─ nothing more can be tried ────────────────▶ attempts
 *      │     └─ the exchange forbids ─────────────────────▶ stopped
 *      └───────┴─ until the deadline ─────────────────────▶ time
 */

import type { Failure } from '../core/failure.ts';
import { isFlat, type Leftover, leftover } from '../core/flatness.ts';
import type { Snapshot } from '../core/model.ts';
import { proofPauseMs } from '../core/timing.ts';
import { type Ledger, openLedger, type SeenPosition } from './ledger.ts';
import { type Observation, observe } from './observe.ts';
import type { Run } from './run.ts';
import type { Job } from './task.ts';
import { tellClosed, tellObservation } from './tell.ts';
import type { Trail } from './trail.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

export interface Ending {
  readonly end: 'flat' | 'time' | 'attempts' | 'stopped';
  readonly stopped: Failure | undefined;
  readonly rounds: number;
  /** What was left at the last observation. */
  readonly left: Leftover;
  readonly ledger: Ledger;
  /** Gone at the last observation and not told yet: their profit is asked for first. */
  readonly untold: readonly SeenPosition[];
  /** When the first of the flat observations ended. */
  readonly flatAtMs: number | undefined;
}

export async function liquidateUntilFlat(run: Run, job: Job, first: Observation): Promise<Ending> {
  const { world, session, deadline } = run;
  const { scope } = job;
  const ledger = openLedger(run, scope);
  const { trail, keep, tellKept } = openLateTrail(job.trail);
  const workshop = openWorkshop(run, { ...job, trail }, ledger);
  /** Orders go out before the look that asked for them is told: with a hundred positions that takes milliseconds. */
  const workThenTell = async (snapshot: Snapshot): Promise<Awaited<ReturnType<Workshop['work']>>> => {
    const working = workshop.work(snapshot);
    await Promise.race([working, world.clock.sleep(SENDING_MS)]);
    tellKept();
    return working;
  };
  let observation = first;
  let held: readonly SeenPosition[] = [];
  let flatAtMs: number | undefined;

  for (let rounds = 1; ; rounds += 1) {
    const { snapshot } = observation;
    const left = leftover(snapshot, scope);
    held = [...held, ...ledger.observe(snapshot)];
    for (const failure of observation.failures) ledger.fail(failure);
    const seen = observation;
    const round = rounds;
    keep(() => tellObservation(job.trail, round, seen, left));
    const ending = { rounds, left, ledger, stopped: session.stopped(), untold: held, flatAtMs };

    const flat = isFlat(left, scope) && workshop.idle();
    if (flat || ending.stopped) tellKept();
    if (flat && flatAtMs !== undefined) return { ...ending, end: 'flat' };
    flatAtMs = flat ? snapshot.finishedAtMs : undefined;
    if (!flat) {
      // One whose act has not ended has closes that are not noted yet.
      const settled = held.filter(({ first: { symbol } }) => !workshop.isBusy(symbol));
      for (const position of settled) tellClosed(trail, position, undefined);
      held = held.filter(position => !settled.includes(position));
    }
    if (ending.stopped) {
      await workshop.settled();
      return { ...ending, left: asSeen(left, workshop), untold: held, end: 'stopped' };
    }

    const next = flat ? proofPauseMs(ledger.entriesCancelled()) : await workThenTell(snapshot);
    if (next === 'nothing-left-to-try') return { ...ending, untold: held, end: 'attempts' };
    const nowMs = world.clock.nowMs();
    const fits = nowMs + next < deadline.workUntilMs;
    if (!fits && (!workshop.actedSinceLook() || nowMs >= deadline.workUntilMs)) {
      await workshop.settled();
      const end = flat && ledger.certain() ? 'flat' : 'time';
      return { ...ending, left: asSeen(left, workshop), untold: held, flatAtMs, end };
    }
    // What was sent is looked at even when no further try fits, so that the answer says what is left.
    if (!fits) await workshop.settled();
    else if (next > 0) await world.clock.sleep(next);
    workshop.lookBegins();
    observation = await observe(run, scope);
  }
}

/** Long enough for the orders to be on their way: what is told after it keeps none of them waiting. */
const SENDING_MS = 1;

/** A trail with one thing to be told later, but before all that is told after it. */
function openLateTrail(own: Trail): { readonly trail: Trail; keep(tell: () => void): void; tellKept(): void } {
  let kept: (() => void) | undefined;
  const tellKept = (): void => {
    const tell = kept;
    kept = undefined;
    tell?.();
  };
  return {
    trail: {
      ...own,
      record(event) {
        tellKept();
        own.record(event);
      },
    },
    keep(tell) {
      kept = tell;
    },
    tellKept,
  };
}

/** What was seen is no longer verified once something was sent after it. */
const asSeen = (left: Leftover, workshop: Workshop): Leftover => ({
  ...left,
  verified: left.verified && !workshop.actedSinceLook(),
});

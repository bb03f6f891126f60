/**
 * The only retry loop. One request of the exchange, within the rate budget and the deadline, repeated only where
 * `nextStep` says that the pair (operation, failure) allows it.
 *
 *   room in the budget? ── call, bounded ── reply ─┬─ ok ─────────────────────────────▶ value
 *          ▲                                       ├─ repeat: wait as told, or back off ┐
 *          │                                       ├─ clock refused: resync, once       ├─ if it fits
 *          └───────────────────────────────────────┴─ key refused: read it again, once ─┘
 *                                                  └─ anything else ──────────────────▶ failure and step
 */

import { METRICS } from '../contract.ts';
import { classify, type Failure } from '../core/failure.ts';
import { nextStep, type Step } from '../core/next-step.ts';
import type { RequestKind } from '../core/request-costs.ts';
import { backoffMs, callTimeoutMs } from '../core/timing.ts';
import type { CallLimits, Exchange, Reply, RequestTrace } from '../ports.ts';
import type { Run } from './run.ts';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly traces: readonly RequestTrace[] }
  | { readonly ok: false; readonly failure: Failure; readonly step: Step; readonly traces: readonly RequestTrace[] };

export type Call<T> = (exchange: Exchange, limits: CallLimits) => Promise<Reply<T>>;

/** Makes the request until it succeeds, may not be repeated, or time or tries are up. Never throws. */
export async function attempt<T>(run: Run, kind: RequestKind, call: Call<T>): Promise<Outcome<T>> {
  const { world, session, deadline, settings } = run;
  const traces: RequestTrace[] = [];
  const give = (failure: Failure, step: Step): Outcome<T> => ({ ok: false, failure, step, traces });
  const clockSynced = { used: false };
  let before: Failure | undefined;

  for (let failures = 1; ; failures += 1) {
    const stopped = session.stopped();
    if (stopped) return give(stopped, 'stop');
    if (run.signal.aborted || !(await run.budget.take(kind, deadline.workUntilMs))) {
      // After a refusal that we would have waited for, the reason is the refusal, not that we stopped waiting.
      const isLate = run.signal.aborted || world.clock.nowMs() >= deadline.workUntilMs;
      return give(before ?? (isLate ? NO_TIME : NO_ROOM), 'observe');
    }
    const stoppedMeanwhile = session.stopped();
    if (stoppedMeanwhile) {
      run.budget.settle(kind, {});
      return give(stoppedMeanwhile, 'stop');
    }

    const generation = session.generation();
    const reply = await callOnce(run, kind, call);
    traces.push(reply.trace);
    if (reply.ok) return { ok: true, value: reply.value, traces };

    const { failure } = reply;
    before = failure;
    const step = nextStep(kind.operation, failure);
    const repair = await repaired(run, step, generation, clockSynced);
    if (repair === 'stop') {
      session.stop(failure);
      return give(failure, 'stop');
    }
    if (repair === 'repeat' && failures <= settings.liquidation.maxRetries + MAX_REPAIRS) continue;
    if (step !== 'repeat' || failures > settings.liquidation.maxRetries) return give(failure, step);

    const waitMs =
      failure.retryAfterMs ?? backoffMs(settings.liquidation.retryDelayMs, failures, world.random.fraction());
    if (world.clock.nowMs() + waitMs >= deadline.workUntilMs) return give(failure, step);
    world.telemetry.metric(METRICS.retries, 1, 'Count');
    await world.clock.sleep(waitMs, run.signal);
  }
}

/** A clock and a key: repairs come on top of the tries, since nothing was executed. */
const MAX_REPAIRS = 2;

const NO_TIME = classify({ kind: 'not-sent', detail: 'not sent: no time is left' });
const NO_ROOM: Failure = {
  knowledge: 'throttled',
  reason: 'weight-limit',
  message: 'not sent: the rate limit leaves no room before the deadline',
};

async function callOnce<T>(run: Run, kind: RequestKind, call: Call<T>): Promise<Reply<T>> {
  const { world, session, deadline, budget } = run;
  const timeoutMs = callTimeoutMs(deadline, world.clock.nowMs());
  const reply = await call(session.exchange(), { timeoutMs, signal: run.signal });
  const { trace } = reply;
  run.requests.push({ request: kind.name, trace });
  // Before `settle` lets the next one go: after a refusal it would be refused as well, after a ban prolong it.
  if (!reply.ok) {
    const { failure } = reply;
    if (nextStep(kind.operation, failure) === 'stop') session.stop(failure);
    if (failure.reason === 'order-limit' || failure.reason === 'weight-limit') {
      budget.refused(kind, failure, failure.retryAfterMs);
    }
    world.telemetry.metric(METRICS.exchangeErrors, 1, 'Count', { class: failure.knowledge });
  }
  budget.settle(kind, trace.usage);
  world.telemetry.metric(METRICS.exchangeLatencyMs, trace.latencyMs, 'Milliseconds');
  world.telemetry.log(reply.ok ? 'INFO' : 'WARN', reply.ok ? 'Exchange request' : 'Exchange request failed', {
    correlation_id: run.correlationId,
    request: kind.name,
    ...describeTrace(trace),
    ...(reply.ok ? {} : { known: reply.failure.knowledge, why: reply.failure.reason, says: reply.failure.message }),
  });
  return reply;
}

/** A request as it stands in the trail and in the log. */
export function describeTrace(trace: RequestTrace): Record<string, unknown> {
  return {
    method: trace.method,
    path: trace.path,
    started_at_ms: micros(trace.startedAtMs),
    latency_ms: micros(trace.latencyMs),
    ...(trace.status === undefined ? {} : { status: trace.status }),
    ...(trace.exchangeCode === undefined ? {} : { code: trace.exchangeCode }),
  };
}

const micros = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** Mends what can be mended. A repair that another request made after ours was sent serves as well. */
async function repaired(
  run: Run,
  step: Step,
  generation: number,
  clockSynced: { used: boolean },
): Promise<'repeat' | 'stop' | 'none'> {
  const { session } = run;
  switch (step) {
    case 'stop':
      return 'stop';
    case 'resync-clock': {
      if (session.generation() > generation) return 'repeat';
      if (clockSynced.used) return 'none';
      clockSynced.used = true;
      return (await session.resyncClock()) ? 'repeat' : 'none';
    }
    case 'reread-secret':
      return session.generation() > generation || (await session.renewKey()) ? 'repeat' : 'stop';
    default:
      return 'none';
  }
}

/**
 * The end of a liquidation: the final event, the trail stored, the lock concluded, the answer. Whatever fails here is
 * named in the answer and changes nothing of what was done.
 */

import { type Answer, type AnswerError, type FinalState, METRICS } from '../contract.ts';
import { answerError } from '../core/answer-error.ts';
import { type HandOver, handOver, resumeEvent } from '../core/hand-over.ts';
import { isoMicros } from '../core/identity.ts';
import { REQUESTS } from '../core/request-costs.ts';
import { leftMs } from '../core/timing.ts';
import { headlineOf } from '../core/verdict.ts';
import { broken, judge, type Outcome, type Verdict } from './judge.ts';
import { type Lease, leave } from './lock.ts';
import { hopOf, scopeOf, type Task } from './task.ts';
import type { Trail } from './trail.ts';
import type { World } from './world.ts';

export async function conclude(
  world: World,
  task: Task,
  lease: Lease,
  trail: Trail,
  outcome: Outcome,
): Promise<Answer> {
  const judged =
    outcome.kind === 'ended'
      ? await judge(outcome.run, task, lease, trail, outcome.ending)
      : broken(world, task, lease, outcome.error);
  const state = judged.answer.state as Exclude<FinalState, 'skipped'>;
  const next = nextAttempt(world, task, lease, state, outcome);
  const verdict = {
    ...judged,
    next,
    answer: { ...judged.answer, headline: headlineOf(state, scopeOf(task), next?.untilMs) },
  };
  if (outcome.kind === 'ended' && outcome.ending.end === 'time') {
    trail.record({
      type: 'liquidation_timeout',
      operation: 'deadline',
      data: { timeout_ms: task.settings.liquidation.timeoutMs, remaining: verdict.answer.remaining },
      level: 'ERROR',
    });
  }
  const [error] = verdict.answer.errors;
  trail.record({
    type: FINAL_EVENT[state],
    operation: 'end',
    data: {
      ...summaryOf(verdict.answer),
      ...verdict.details,
      ...courseOf(task, lease, next),
    },
    ...(error ? { error: { ...error } } : {}),
  });
  return finish(world, task, lease, trail, verdict);
}

const FINAL_EVENT = {
  completed: 'liquidation_completed',
  partial: 'liquidation_partial',
  failed: 'liquidation_failed',
} as const;

/** Stores the trail, then the result under our token; both bounded by what is left until the answer is due. */
export async function finish(world: World, task: Task, lease: Lease, trail: Trail, verdict: Verdict): Promise<Answer> {
  const { deadline } = task;
  const left = (): number => Math.max(MIN_LANDING_MS, leftMs(deadline.answerByMs, world.clock.nowMs()));
  const lost = await trail.drain(left() / 2);
  const warnings: AnswerError[] = [...verdict.answer.warnings];
  if (!lease.locked) {
    warnings.push(
      answerError('LOCK_UNAVAILABLE', 'the lock could not be reached, so another call may have run at the same time'),
    );
  }
  if (lost > 0) {
    warnings.push(
      answerError('AUDIT_INCOMPLETE', `${lost} audit records were not stored in time; the log holds them all`),
    );
  }
  const answer = { ...verdict.answer, warnings };
  const result = {
    state: answer.state as FinalState,
    answer,
    seal: trail.seal(),
    resumeAtMs: verdict.next?.resumeAtMs,
  };
  const [leaving, handed] = await Promise.all([
    leave(world, lease, result, left()),
    handedOver(world, task, verdict.next, left()),
  ]);
  const late: readonly AnswerError[] = [
    ...(leaving === 'concluded' || !lease.locked ? [] : [LEAVING[leaving]]),
    ...(handed ? [] : [NOT_HANDED_OVER]),
  ];
  return late.length === 0 ? answer : { ...answer, warnings: [...warnings, ...late] };
}

/** What follows an attempt that did not finish. Giving up is an alarm of its own. */
function nextAttempt(
  { clock, telemetry }: World,
  { settings, request, correlationId }: Task,
  lease: Lease,
  state: FinalState,
  outcome: Outcome,
): HandOver | undefined {
  const { resumeMs } = settings.liquidation;
  const hop = hopOf(request, lease);
  const untilMs = request.resume?.untilMs ?? lease.firstStartedAtMs + resumeMs;
  const stopped = outcome.kind === 'ended' ? outcome.ending.stopped : undefined;
  const nowMs = clock.nowMs();
  const roomAtMs = outcome.kind === 'ended' ? outcome.run.budget.roomAtMs(REQUESTS.positions) : nowMs;
  const next = handOver({ state, stopped, roomAtMs, hop, nowMs, untilMs });
  if (next === undefined && state !== 'completed') {
    const why = resumeMs > 0 ? 'resume_minutes are over:' : 'resume_minutes = 0: nobody tries again,';
    telemetry.metric(METRICS.resumeGaveUp, 1, 'Count');
    telemetry.log('CRITICAL', `NOT FLAT, and ${why} close by hand`, { event: 'detail', correlation_id: correlationId });
  }
  return next;
}

/** Starts the next attempt, which waits for its time itself. False when that failed: then the watchdog takes it up. */
async function handedOver(world: World, task: Task, next: HandOver | undefined, timeoutMs: number): Promise<boolean> {
  if (!next?.bySelf) return true;
  const { correlationId, bot, request } = task;
  const { trigger, symbols } = request;
  try {
    await world.invoker.invokeLater(
      resumeEvent({ correlationId, botId: bot.botId, trigger, symbols, ...next }),
      timeoutMs,
    );
    return true;
  } catch (error) {
    world.telemetry.log('ERROR', 'The next attempt could not be started; the watchdog takes it up', {
      correlation_id: correlationId,
      why: error instanceof Error ? error.message : String(error),
    });
    return false;
  }
}

const NOT_HANDED_OVER = answerError(
  'HAND_OVER_FAILED',
  'the next attempt could not be started at once; the next tick of the watchdog takes it up',
);

/** Even a late answer gets this long to be stored. */
const MIN_LANDING_MS = 50;

const LEAVING = {
  superseded: answerError('SUPERSEDED', 'another attempt took over meanwhile; its result counts'),
  'not-stored': answerError(
    'RESULT_NOT_STORED',
    'the result could not be stored; a repeated call will liquidate again, which is safe',
  ),
} as const;

/** What came before this attempt and what follows, so that its final event can be told without looking anything up. */
const courseOf = ({ request }: Task, lease: Lease, next: HandOver | undefined): Record<string, unknown> => ({
  trigger: request.trigger,
  reason: request.reason ?? null,
  symbols: request.symbols ?? null,
  attempts: hopOf(request, lease),
  first_started_at: isoMicros(lease.firstStartedAtMs),
  prior_headline: lease.priorAnswer?.headline ?? null,
  resumes_at: next ? isoMicros(next.resumeAtMs) : null,
  retries_until: next ? isoMicros(next.untilMs) : null,
});

function summaryOf(answer: Answer): Record<string, unknown> {
  const { headline, state, positions_closed, positions_failed, orders_cancelled, total_realized_pnl } = answer;
  const { pnl_is_estimate, commissions, duration_seconds, rounds, remaining, errors } = answer;
  return {
    ...{ headline, state, positions_closed, positions_failed, orders_cancelled, total_realized_pnl },
    ...{ pnl_is_estimate, commissions, duration_seconds, rounds, remaining, errors },
  };
}

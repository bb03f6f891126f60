/**
 * The end of a liquidation: the final event, the trail stored, the lock concluded, the answer. Whatever fails here is
 * named in the answer and changes nothing of what was done.
 */

import type { Answer, AnswerError, FinalState } from '../contract.ts';
import { answerError } from '../core/answer-error.ts';
import { leftMs } from '../core/timing.ts';
import { broken, judge, type Outcome, type Verdict } from './judge.ts';
import { type Lease, leave } from './lock.ts';
import type { Task } from './task.ts';
import type { Trail } from './trail.ts';
import type { World } from './world.ts';

export async function conclude(
  world: World,
  task: Task,
  lease: Lease,
  trail: Trail,
  outcome: Outcome,
): Promise<Answer> {
  const verdict =
    outcome.kind === 'ended'
      ? await judge(outcome.run, task, lease, trail, outcome.ending)
      : broken(world, task, lease, outcome.error);
  const { state } = verdict.answer;
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
    type: FINAL_EVENT[state as Exclude<FinalState, 'skipped'>],
    operation: 'end',
    data: { ...summaryOf(verdict.answer), ...verdict.details },
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
  const state = answer.state as FinalState;
  const leaving = await leave(world, lease, { state, answer, seal: trail.seal() }, left());
  return leaving === 'concluded' || !lease.locked ? answer : { ...answer, warnings: [...warnings, LEAVING[leaving]] };
}

/** Even a late answer gets this long to be stored. */
const MIN_LANDING_MS = 50;

const LEAVING = {
  superseded: answerError('SUPERSEDED', 'another attempt took over meanwhile; its result counts'),
  'not-stored': answerError(
    'RESULT_NOT_STORED',
    'the result could not be stored; a repeated call will liquidate again, which is safe',
  ),
} as const;

function summaryOf(answer: Answer): Record<string, unknown> {
  const { headline, state, positions_closed, positions_failed, orders_cancelled, total_realized_pnl } = answer;
  const { pnl_is_estimate, commissions, duration_seconds, rounds, remaining, errors } = answer;
  return {
    ...{ headline, state, positions_closed, positions_failed, orders_cancelled, total_realized_pnl },
    ...{ pnl_is_estimate, commissions, duration_seconds, rounds, remaining, errors },
  };
}

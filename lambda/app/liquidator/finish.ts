/**
 * The end of a liquidation: fills if there is time, the next attempt, the answer, the audit log stored, the lock released. A
 * failure here is named in the answer and changes nothing that was done. What follows the fills delays the answer by 300 ms at
 * most, or by 50 ms a step if it is late already.
 */

import { type Answer, type AnswerError, type FinalState, METRICS } from '../../contract.ts';
import type { RequestedWaits } from '../../core/exchange/requested-waits.ts';
import { answerError, messageOf } from '../../core/invocation/answer-error.ts';
import { isoMicros } from '../../core/invocation/identity.ts';
import { writeCarriedMarkets } from '../../core/liquidation/carry/carry.ts';
import { type NextAttempt, resumeEvent, type WhatFollows, whatFollows } from '../../core/liquidation/carry/resume.ts';
import { leftMs } from '../../core/liquidation/timing.ts';
import { NOT_NOTIFIED } from '../../events.ts';
import type { AuditLog } from '../audit-log.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type AttemptOutcome, buildResult, errorResult, type LiquidationResult } from './build-result.ts';
import { attemptNumberOf, type Lease, type Released, release } from './lock.ts';
import { byTick, waitsSoFar } from './resumed-attempt.ts';
import type { Task } from './task.ts';

/** How long storing may delay the answer. */
const STORE_MAX_MS = 300;

export async function finish(
  ports: LiquidatorPorts,
  task: Task,
  lease: Lease,
  auditLog: AuditLog,
  outcome: AttemptOutcome,
): Promise<Answer> {
  const result =
    outcome.kind === 'ended'
      ? await buildResult(ports, task, lease, outcome)
      : errorResult(ports, task, lease, outcome.error);
  const untilMs = ports.clock.nowMs() + STORE_MAX_MS;
  const left = (): number => Math.max(STORE_MIN_MS, Math.min(untilMs, task.deadline.answerByMs) - ports.clock.nowMs());

  const follows = followUp(ports, task, lease, result);
  const carried = writeCarriedMarkets(result.carried);
  const waits = waitsSoFar(ports, task);
  const next = follows.kind === 'next' ? follows.next : undefined;
  // Before the answer, which says until when further attempts run.
  const isHandedOver = next?.bySelf ? await handOver(ports, task, lease, { next, carried, waits }, left() / 2) : false;
  // The watchdog resumes a run from its record, which is stored after the answer is made. It never starts an attempt that only
  // confirms, because that run is flat.
  const byRecord = next && lease.locked && !next.confirms ? byTick(next, waits) : undefined;
  const scheduled = isHandedOver ? next : byRecord;
  const draft = result.answer(scheduled?.untilMs);
  const warnings: AnswerError[] = [...draft.warnings];
  if (next?.bySelf && !isHandedOver) warnings.push(next.confirms ? NOT_CONFIRMED : NOT_HANDED_OVER);

  recordEnd(auditLog, task, lease, { ...draft, warnings }, result, scheduled);
  const [lost, released] = await store(ports, lease, auditLog, { ...draft, warnings }, scheduled, carried, left);
  const late = lateWarnings(lease, lost, released);
  const answer = { ...draft, warnings: [...warnings, ...late] };
  const isRecorded = released === 'concluded' || released === 'superseded';
  if (draft.state === 'completed' || isHandedOver || isRecorded) return answer;
  // The next attempt is neither started nor in the record: nothing will start it.
  return next === undefined ? answer : withoutNextAttempt(ports, task, result, answer);
}

async function store(
  ports: LiquidatorPorts,
  lease: Lease,
  auditLog: AuditLog,
  answer: Answer,
  next: NextAttempt | undefined,
  carried: string,
  left: () => number,
): Promise<readonly [lost: number, released: Released]> {
  // The seal counts the records, so it comes after them: a function that dies in between leaves an unsealed audit log, not
  // one that looks cut off.
  const lost = await auditLog.drain(left() / 2);
  const result = {
    state: answer.state as FinalState,
    answer,
    seal: auditLog.seal(),
    resumeAtMs: next?.confirms ? undefined : next?.resumeAtMs,
    carried: next === undefined ? undefined : carried,
  };
  return [lost, await release(ports, lease, result, left())];
}

/** The least time to store a late answer. */
const STORE_MIN_MS = 50;

function followUp(
  ports: LiquidatorPorts,
  task: Task,
  lease: Lease,
  { state, end, moved }: LiquidationResult,
): WhatFollows {
  const { liquidation } = task.settings;
  const { resume, trigger } = task.request;
  const nowMs = ports.clock.nowMs();
  // If a completed liquidation runs again, `resume_minutes` counts from this run.
  const firstMs = lease.priorState === 'completed' ? task.deadline.startedAtMs : lease.firstStartedAtMs;
  const follows = whatFollows({
    state,
    end,
    hop: attemptNumberOf(task.request, lease),
    moved,
    nowMs,
    untilMs: lease.locked ? firstMs + liquidation.resumeMs : (resume?.untilMs ?? firstMs + liquidation.resumeMs),
    locked: lease.locked,
    mayHold: !task.isUnproven,
    // Lock-out checks are repeated each minute; a read that confirmed needs no other.
    confirmMs: trigger === 'sentinel' || resume?.confirms ? 0 : liquidation.confirmMs,
  });
  if (follows.kind === 'gave-up') {
    const why = liquidation.resumeMs > 0 ? 'resume_minutes are over' : 'resume_minutes = 0: nobody tries again';
    const { waitUntilMs } = follows;
    const wait = waitUntilMs && `the exchange requested a wait until ${isoMicros(waitUntilMs)}, and `;
    const message = `NOT FLAT, and ${wait ?? ''}${why}. Close by hand.`;
    ports.telemetry.metric(METRICS.resumeGaveUp, 1, 'Count');
    ports.telemetry.log('CRITICAL', message, { correlation_id: task.correlationId, event: NOT_NOTIFIED });
  }
  return follows;
}

/** Starts the next attempt, which waits for its time itself. False when Lambda did not accept it. */
async function handOver(
  ports: LiquidatorPorts,
  task: Task,
  lease: Lease,
  over: { readonly next: NextAttempt; readonly carried: string; readonly waits: RequestedWaits | undefined },
  timeoutMs: number,
): Promise<boolean> {
  const { correlationId, bot, request } = task;
  // Of an attempt without the lock the record knows nothing, but it may know who called it.
  const token = (lease.locked ? undefined : request.resume?.token) ?? lease.holder;
  const event = resumeEvent({
    ...{ correlationId, botId: bot.botId, trigger: request.trigger, symbols: request.symbols, trip: request.trip },
    ...{ ...over, token, carried: lease.locked ? undefined : over.carried },
  });
  try {
    await ports.invoker.invokeLater(event, timeoutMs);
    return true;
  } catch (error) {
    const why = messageOf(error);
    ports.telemetry.log('ERROR', 'The next attempt could not be started', { correlation_id: correlationId, why });
    return false;
  }
}

function withoutNextAttempt(ports: LiquidatorPorts, task: Task, result: LiquidationResult, answer: Answer): Answer {
  ports.telemetry.metric(METRICS.resumeGaveUp, 1, 'Count');
  const message = 'NOT FLAT, and the next attempt could neither be started nor stored. Close by hand.';
  ports.telemetry.log('CRITICAL', message, { correlation_id: task.correlationId, event: NOT_NOTIFIED });
  return { ...answer, headline: result.answer(undefined).headline };
}

const FINAL_EVENT = {
  completed: 'liquidation_completed',
  partial: 'liquidation_partial',
  failed: 'liquidation_failed',
} as const;

function recordEnd(
  auditLog: AuditLog,
  task: Task,
  lease: Lease,
  answer: Answer,
  result: LiquidationResult,
  next: NextAttempt | undefined,
): void {
  const { request, settings } = task;
  if (result.end?.kind === 'time') {
    auditLog.record({
      type: 'liquidation_timeout',
      operation: 'deadline',
      data: { timeout_ms: settings.liquidation.timeoutMs, remaining: answer.remaining },
      level: 'ERROR',
    });
  }
  const [error] = answer.errors;
  const { headline, state, positions_closed, positions_failed, orders_cancelled, total_realized_pnl, realized_pnl } =
    answer;
  const { pnl_is_estimate, commissions, duration_seconds, rounds, remaining, markets, errors, warnings } = answer;
  auditLog.record({
    type: FINAL_EVENT[result.state],
    operation: 'end',
    data: {
      ...{ headline, state, positions_closed, positions_failed, orders_cancelled, total_realized_pnl, realized_pnl },
      ...{ pnl_is_estimate, commissions, duration_seconds, rounds, remaining, errors, warnings },
      ...(markets === undefined ? {} : { markets }),
      ...result.details,
      // What came before and what follows, so that this record can be understood by itself.
      trigger: request.trigger,
      reason: request.reason ?? null,
      symbols: request.symbols ?? null,
      attempts: attemptNumberOf(request, lease),
      first_started_at: isoMicros(lease.firstStartedAtMs),
      prior_headline: lease.priorAnswer?.headline ?? null,
      confirms: request.resume?.confirms ?? false,
      confirms_at: next?.confirms ? isoMicros(next.resumeAtMs) : null,
      resumes_at: next && !next.confirms ? isoMicros(next.resumeAtMs) : null,
      retries_until: next && !next.confirms ? isoMicros(next.untilMs) : null,
    },
    ...(error ? { error: { ...error } } : {}),
  });
}

/** Stores the end of a run that sent nothing to the exchange (switched off). */
export async function finishQuietly(
  ports: LiquidatorPorts,
  task: Task,
  lease: Lease,
  auditLog: AuditLog,
  answer: Answer,
): Promise<Answer> {
  const left = (): number =>
    Math.max(STORE_MIN_MS, Math.min(STORE_MAX_MS, leftMs(task.deadline.answerByMs, ports.clock.nowMs())));
  const [lost, released] = await store(ports, lease, auditLog, answer, undefined, '', left);
  return { ...answer, warnings: [...answer.warnings, ...lateWarnings(lease, lost, released)] };
}

/** What was not stored or not started. */
function lateWarnings(lease: Lease, lost: number, released: Released): readonly AnswerError[] {
  return [
    ...(lease.locked ? [] : [LOCK_UNAVAILABLE]),
    ...(lost > 0
      ? [answerError('AUDIT_INCOMPLETE', `${lost} audit records were not stored in time; see the log`)]
      : []),
    ...(released === 'superseded' ? [SUPERSEDED] : []),
    ...(released === 'not-stored' && lease.locked ? [NOT_STORED] : []),
  ];
}

const LOCK_UNAVAILABLE = answerError(
  'LOCK_UNAVAILABLE',
  'the lock was not available: another call may have run meanwhile',
);
const NOT_HANDED_OVER = answerError('HAND_OVER_FAILED', 'the next attempt could not be started at once');
const NOT_CONFIRMED = answerError(
  'HAND_OVER_FAILED',
  'the attempt that confirms this result could not be started; check the account once more',
);
const SUPERSEDED = answerError('SUPERSEDED', 'another attempt took over meanwhile; its result counts');
const NOT_STORED = answerError(
  'RESULT_NOT_STORED',
  'the result could not be stored; a repeated call will liquidate again, which is safe',
);

/** Observes and plans, touches nothing: no lock (it must never stand in the way of the real thing), no order. */

import { type Answer, HEADLINES } from '../../contract.ts';
import { errorOfThrown } from '../../core/answer-error.ts';
import { answerOf, remainingOf } from '../../core/liquidation/answer.ts';
import { describePlan } from '../../core/liquidation/describe-plan.ts';
import { leftover } from '../../core/liquidation/leftover.ts';
import { errorsOf, warningsOf } from '../../core/liquidation/troubles.ts';
import { type ExchangeSession, openSession } from '../exchange/exchange-session.ts';
import { openTrail } from '../trail.ts';
import type { World } from '../world.ts';
import { createAuditRecorder } from './audit-recorder.ts';
import { lookAtAccount } from './look-at-account.ts';
import type { Task } from './task.ts';

const STORE_MS = 300;

export async function dryRun(world: World, task: Task): Promise<Answer> {
  const { asked, bot, correlationId, request } = task;
  const trail = openTrail(world, { correlationId, botId: bot.botId, attempt: 0, writer: `y-${world.random.hex(8)}` });
  trail.record({
    type: 'liquidation_started',
    operation: 'start',
    data: { trigger: request.trigger, reason: request.reason ?? null, symbols: request.symbols ?? null, dry_run: true },
  });
  const end = async (parts: Parameters<typeof answerOf>[2]): Promise<Answer> => {
    const failed = parts.state === 'failed';
    trail.record({
      type: failed ? 'liquidation_failed' : 'liquidation_skipped',
      operation: 'end',
      data: { trigger: request.trigger, dry_run: true, plan: parts.plan ?? null },
      ...(parts.errors?.[0] ? { error: { ...parts.errors[0] } } : {}),
    });
    await trail.drain(STORE_MS);
    return answerOf(asked, world.clock.nowMs(), parts);
  };

  let session: ExchangeSession;
  try {
    session = await openSession(world, task);
  } catch (error) {
    return end({ headline: HEADLINES.dryRun, state: 'failed', errors: [errorOfThrown(error)] });
  }
  const recorder = createAuditRecorder();
  recorder.openTrail(trail);
  const { state, end: how } = await lookAtAccount(world, task, session, recorder.step);
  recorder.end({ ...state, stays: [] }, () => undefined);
  const left = leftover(state);
  // Running out of things to do is the purpose; only what was not read is a failure.
  const errors = errorsOf(state, how, left, task.settings).filter(({ code }) => code !== 'ATTEMPTS_EXHAUSTED');
  return end({
    headline: HEADLINES.dryRun,
    state: left.verified ? 'skipped' : 'failed',
    success: left.verified,
    rounds: recorder.looks(),
    plan: describePlan(state),
    remaining: remainingOf(left),
    errors: left.verified ? [] : errors,
    warnings: warningsOf(state, left, task.settings),
  });
}

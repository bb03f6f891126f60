/** Observes and plans, touches nothing: no lock (it must never stand in the way of the real thing), no order. */

import { type Answer, HEADLINES } from '../contract.ts';
import { errorOfFailure, errorOfThrown } from '../core/answer-error.ts';
import { describePlan } from '../core/describe-plan.ts';
import { leftover } from '../core/flatness.ts';
import { planRound } from '../core/plan.ts';
import { answerOf, remainingOf } from '../core/verdict.ts';
import { observe } from './observe.ts';
import { openRun } from './open-run.ts';
import { scopeOf, type Task } from './task.ts';
import { tellObservation } from './tell.ts';
import { openTrail } from './trail.ts';
import type { World } from './world.ts';

const TELL_MS = 500;

export async function dryRun(world: World, task: Task): Promise<Answer> {
  const { asked, bot, correlationId, request, deadline } = task;
  const scope = scopeOf(task);
  const over = new AbortController();
  const trail = openTrail(world, { correlationId, botId: bot.botId, attempt: 0, writer: `y-${world.random.hex(8)}` });
  trail.record({
    type: 'liquidation_started',
    operation: 'start',
    data: { trigger: request.trigger, reason: request.reason ?? null, symbols: request.symbols ?? null, dry_run: true },
  });

  const opening = await openRun(world, { ...task, deadline }, over.signal);
  const end = async (parts: Parameters<typeof answerOf>[2]): Promise<Answer> => {
    const failed = parts.state === 'failed';
    trail.record({
      type: failed ? 'liquidation_failed' : 'liquidation_skipped',
      operation: 'end',
      data: { dry_run: true, plan: parts.plan ?? null },
      ...(parts.errors?.[0] ? { error: { ...parts.errors[0] } } : {}),
    });
    await trail.drain(TELL_MS);
    return answerOf(asked, world.clock.nowMs(), parts);
  };
  if (opening.kind === 'broken') {
    return end({ headline: HEADLINES.dryRun, state: 'failed', errors: [errorOfThrown(opening.error)] });
  }

  const observation = await observe(opening.run, scope, 'all');
  over.abort();
  const left = leftover(observation.snapshot, scope);
  tellObservation(trail, 1, observation, left);
  const plan = planRound(observation.snapshot, scope, () => ({})).map(describePlan);
  return end({
    headline: HEADLINES.dryRun,
    state: left.verified ? 'skipped' : 'failed',
    success: left.verified,
    rounds: 1,
    plan,
    remaining: remainingOf(left),
    errors: observation.failures.map(failure => errorOfFailure(failure)),
  });
}

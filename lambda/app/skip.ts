/** Liquidation is switched off: nothing is called at the exchange, everybody is told. */

import type { Answer } from '../contract.ts';
import { HEADLINES } from '../contract.ts';
import { answerError } from '../core/answer-error.ts';
import { answerOf } from '../core/verdict.ts';
import { finish } from './conclude.ts';
import { refuseDuplicate } from './duplicate.ts';
import { endingOf } from './judge.ts';
import { enter } from './lock.ts';
import { type Task, whoOf } from './task.ts';
import { openTrail } from './trail.ts';
import type { World } from './world.ts';

const WARNING =
  'SECURITY WARNING: emergency liquidation is DISABLED. This is a HIGH-RISK setting: positions stay open and unprotected';

export async function skip(world: World, task: Task, byEnvironment: boolean): Promise<Answer> {
  const { asked, bot, correlationId, request, deadline } = task;
  const by = byEnvironment
    ? 'by EMERGENCY_LIQUIDATION_DISABLED in the environment of the function; remove the variable to switch it on'
    : 'by emergency_liquidation = false in the configuration; set all three switches to true to switch it on';
  world.telemetry.log('CRITICAL', WARNING, { event: 'detail', by, bot_id: bot.botId, correlation_id: correlationId });

  const entry = await enter(world, whoOf(task), deadline);
  if (entry.kind !== 'mine') return refuseDuplicate(world, task, entry);
  const { lease } = entry;
  const trail = openTrail(world, { correlationId, botId: bot.botId, attempt: lease.attempt, writer: lease.writer });
  trail.record({
    type: 'liquidation_skipped',
    operation: 'configuration',
    data: { trigger: request.trigger, reason: request.reason ?? null, by },
    level: 'CRITICAL',
  });
  const answer = answerOf(asked, world.clock.nowMs(), {
    headline: HEADLINES.skipped,
    state: 'skipped',
    attempt: lease.attempt,
    warnings: [answerError('DISABLED', `${WARNING}. Switched off ${by}`)],
  });
  return finish(world, task, lease, trail, endingOf(answer));
}

/** Liquidation is switched off: nothing is sent to the exchange, and people are notified. */

import { type Answer, HEADLINES, REPLAY_HOLDS_MS } from '../../contract.ts';
import { answerError } from '../../core/invocation/answer-error.ts';
import { answerOf } from '../../core/liquidation/answer/answer.ts';
import { openAuditLog } from '../audit-log.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { refuseDuplicate } from './duplicate.ts';
import { finishQuietly } from './finish.ts';
import { acquire } from './lock.ts';
import type { Task } from './task.ts';

const WARNING =
  'SECURITY WARNING: emergency liquidation is DISABLED. This is a HIGH-RISK setting: positions stay open and unprotected';

export async function skip(ports: LiquidatorPorts, task: Task, byEnvironment: boolean): Promise<Answer> {
  const { asked, bot, correlationId, request } = task;
  const by = byEnvironment
    ? 'by EMERGENCY_LIQUIDATION_DISABLED in the environment of the version in service; docs/operations.md, "Switching off", has how to switch it on'
    : 'by emergency_liquidation = false in the configuration; set all three switches to true to switch it on';
  ports.telemetry.log('CRITICAL', WARNING, { by, bot_id: bot.botId, correlation_id: correlationId, event: 'detail' });

  const entry = await acquire(ports, task, ports.clock.nowMs() - REPLAY_HOLDS_MS).entry;
  if (entry.kind !== 'mine') return refuseDuplicate(ports, task, entry);
  const { lease } = entry;
  const auditLog = openAuditLog(ports, { ...lease, botId: bot.botId });
  auditLog.record({
    type: 'liquidation_skipped',
    operation: 'configuration',
    data: { trigger: request.trigger, reason: request.reason ?? null, by },
    level: 'CRITICAL',
  });
  const answer = answerOf(asked, ports.clock.nowMs(), {
    headline: HEADLINES.skipped,
    state: 'skipped',
    attempt: lease.attempt,
    warnings: [answerError('DISABLED', `${WARNING}. Switched off ${by}`)],
  });
  return finishQuietly(ports, task, lease, auditLog, answer);
}

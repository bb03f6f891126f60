/** Calls that send nothing to the exchange: liquidation is switched off, or the bot is the canary. */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { type Answer, HEADLINES, REPLAY_HOLDS_MS, type Trigger } from '../../contract.ts';
import { answerError } from '../../core/invocation/answer-error.ts';
import { type Asked, answerOf } from '../../core/liquidation/answer/answer.ts';
import { NOT_NOTIFIED } from '../../events.ts';
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
  ports.telemetry.log('CRITICAL', WARNING, {
    by,
    bot_id: bot.botId,
    correlation_id: correlationId,
    event: NOT_NOTIFIED,
  });

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

const STORE_MS = 2_000;

/** Never throws: a failure to store is in the note, or the note is missing, which the check finds. */
export async function answerCanary(
  ports: LiquidatorPorts,
  asked: Asked & { readonly correlationId: string; readonly trigger: Trigger },
): Promise<Answer> {
  const { correlationId, trigger } = asked;
  const writer = `y-${ports.random.hex(8)}`;
  const auditLog = openAuditLog(ports, { correlationId, botId: CANARY_BOT_ID, attempt: 0, writer });
  auditLog.record({ type: 'liquidation_started', operation: 'start', data: { trigger, dry_run: true } });
  auditLog.record({ type: 'liquidation_skipped', operation: 'end', data: { trigger, dry_run: true } });
  const lost = await auditLog.drain(STORE_MS);
  const failedChecks: string[] = lost > 0 ? ['audit table'] : [];
  try {
    await ports.locks.seal(correlationId, auditLog.seal(), ports.clock.nowMs(), STORE_MS);
  } catch {
    failedChecks.push('liquidations table');
  }
  try {
    const headline = failedChecks.length === 0 ? 'READY' : 'NOT READY';
    const note = { botId: CANARY_BOT_ID, correlationId, headline, failedChecks } as const;
    // A lock-out check belongs to the same incident and keeps the time of the first answer.
    if (trigger !== 'sentinel') {
      await ports.locks.notePreflight({ ...note, finishedAtMs: ports.clock.nowMs() }, STORE_MS);
    }
  } catch (error) {
    ports.telemetry.log('WARN', 'The note of the canary could not be stored', { correlation_id: correlationId, error });
  }
  const success = failedChecks.length === 0;
  const parts = { headline: HEADLINES.dryRun, state: 'skipped', success } as const;
  return answerOf({ ...asked, dryRun: true }, ports.clock.nowMs(), parts);
}

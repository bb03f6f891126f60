/**
 * The liquidator's answer to the canary: a dry run of an account that does not exist. It writes an audit log, its seal and a
 * note, to test tables and permissions; it reads no secret and sends nothing to an exchange.
 */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { type Answer, HEADLINES, type Trigger } from '../../contract.ts';
import { type Asked, answerOf } from '../../core/liquidation/answer/answer.ts';
import { openAuditLog } from '../audit-log.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

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

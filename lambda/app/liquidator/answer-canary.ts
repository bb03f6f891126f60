/**
 * The liquidator called for the canary: a dry run of an account that does not exist. It writes an audit log, its seal and a
 * note, as a real call would, so that tables and permissions are tried as well; it reads no secret and asks no exchange.
 */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { type Answer, HEADLINES, type Trigger } from '../../contract.ts';
import { type Asked, answerOf } from '../../core/liquidation/answer/answer.ts';
import { openAuditLog } from '../audit-log.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

const STORE_MS = 2_000;

/** Never throws: what could not be stored is the note's failure, or there is no note, and the check finds that. */
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
    // The check after the lock-out's first minute belongs to the same incident and keeps the first answer's instant.
    if (trigger !== 'sentinel') {
      await ports.locks.notePreflight({ ...note, finishedAtMs: ports.clock.nowMs() }, STORE_MS);
    }
  } catch (error) {
    ports.telemetry.log('WARN', 'The note of the canary could not be stored', { correlation_id: correlationId, error });
  }
  return answerOf({ ...asked, dryRun: true }, ports.clock.nowMs(), {
    headline: HEADLINES.dryRun,
    state: 'skipped',
    success: failedChecks.length === 0,
  });
}

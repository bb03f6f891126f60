/** A call whose correlation ID is taken: it does nothing, answers at once, and leaves a record in the audit log. */

import { type Answer, HEADLINES, replayHeadline } from '../../contract.ts';
import { answerError } from '../../core/invocation/answer-error.ts';
import { clockTime, isoMicros } from '../../core/invocation/identity.ts';
import { answerOf } from '../../core/liquidation/answer/answer.ts';
import { openAuditLog } from '../audit-log.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { LockEntry } from './lock.ts';
import type { Task } from './task.ts';

const STORE_MS = 300;

/** In progress: the answer says so. Completed not long ago: the stored answer, marked as a replay. */
export async function refuseDuplicate(
  ports: LiquidatorPorts,
  { asked, bot, correlationId, request }: Task,
  entry: Exclude<LockEntry, { kind: 'mine' }>,
): Promise<Answer> {
  const writer = `d-${ports.random.hex(8)}`;
  const attempt = entry.kind === 'in-progress' ? entry.attempt : entry.answer.attempt;
  const auditLog = openAuditLog(ports, { correlationId, botId: bot.botId, attempt, writer });
  const data = { trigger: request.trigger, found: entry.kind === 'completed' ? 'completed' : 'in_progress' };
  auditLog.record({ type: 'liquidation_duplicate', operation: 'lock', data, level: 'WARN' });
  const [lost] = await Promise.all([
    auditLog.drain(STORE_MS),
    ports.locks.seal(correlationId, auditLog.seal(), ports.clock.nowMs(), STORE_MS).catch(() => {
      ports.telemetry.log('WARN', 'The record of a duplicate call was not sealed', { correlation_id: correlationId });
    }),
  ]);
  const unstored = lost > 0 ? [answerError('AUDIT_INCOMPLETE', 'the refusal of this call was not stored in time')] : [];
  if (entry.kind === 'completed') {
    const { answer, finishedAtMs } = entry;
    const headline = replayHeadline(answer.headline, clockTime(finishedAtMs));
    return { ...answer, headline, replayed: true, warnings: [...answer.warnings, ...unstored] };
  }

  const until = isoMicros(entry.leaseUntilMs);
  const message = `Liquidation already in progress (attempt ${entry.attempt}, its lease ends ${until}): its answer will be stored under the same correlation ID`;
  return answerOf(asked, ports.clock.nowMs(), {
    headline: HEADLINES.inProgress,
    state: 'in_progress',
    attempt: entry.attempt,
    errors: [answerError('ALREADY_IN_PROGRESS', message)],
    warnings: unstored,
  });
}

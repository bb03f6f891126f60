/** The watchdog's own audit records, under the correlation ID of their incident or change; stored in the background. */

import { type AuditEntry, openAuditLog } from '../audit-log.ts';
import { retry, whyOf } from './retry.ts';
import { type TickContext, timeoutWithin } from './tick-context.ts';

const SEAL_MS = 1_000;

/** `sealed` false: there will be no liquidation record to hold the seal. */
export function recordEvent(
  tick: TickContext,
  of: { readonly correlationId: string; readonly botId: string; readonly sealed: boolean },
  entry: AuditEntry,
): void {
  const { ports, tally, audit, locks } = tick;
  const { correlationId, botId, sealed } = of;
  const writer = `w-${ports.random.hex(8)}`;
  const recordPorts = { ...ports, audit: { ...ports.audit, ...audit } };
  const auditLog = openAuditLog(recordPorts, { correlationId, botId, writer });
  auditLog.record(entry);
  const store = async (): Promise<void> => {
    await auditLog.drain(timeoutWithin(tick, Number.POSITIVE_INFINITY));
    const seal = auditLog.seal();
    if (sealed) await retry(tick, () => locks.seal(correlationId, seal, ports.clock.nowMs(), SEAL_MS));
  };
  tally.background.push(
    store().catch(error => {
      ports.telemetry.log('WARN', 'An audit record of the watchdog was not stored or not sealed', {
        correlation_id: correlationId,
        why: whyOf(error),
      });
    }),
  );
}

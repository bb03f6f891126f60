/**
 * The watchdog's own audit records, under the correlation ID of the incident or change that they belong to. Stored in the
 * background: no trip and no invocation waits until they are stored.
 */

import { type Happening, openAuditLog } from '../audit-log.ts';
import { retry, whyOf } from './retry.ts';
import { type TickContext, timeoutWithin } from './tick-context.ts';

const SEAL_MS = 1_000;

/** Logs at once; stores and seals in the background. `sealed` false: there will be no record to hold a seal. */
export function recordEvent(
  tick: TickContext,
  of: { readonly correlationId: string; readonly botId: string; readonly sealed: boolean },
  happening: Happening,
): void {
  const { ports, tally, audit, locks } = tick;
  const { correlationId, botId, sealed } = of;
  const writer = `w-${ports.random.hex(8)}`;
  const auditLog = openAuditLog(
    { ...ports, audit: { ...ports.audit, ...audit } },
    { correlationId, botId, attempt: 0, writer },
  );
  auditLog.record(happening);
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

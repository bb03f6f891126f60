/** One correlation ID as the tables have it: its record, its audit log, and the verification of the chain. */

import type { DynamoLockStore } from '../../../lambda/adapters/dynamo/lock-store.ts';
import { verifyAuditLog } from '../../../lambda/core/audit/verify-chain.ts';
import type { AuditSink } from '../../../lambda/ports.ts';
import type { IncidentEvidence } from '../../../simulator/scenarios/evidence.ts';

export interface DrillStores {
  readonly audit: AuditSink;
  readonly locks: DynamoLockStore;
}

/** Only ends a hang. */
const READ_TIMEOUT_MS = 120_000;

export async function incidentOf(correlationId: string, { audit, locks }: DrillStores): Promise<IncidentEvidence> {
  const [auditLog, record] = await Promise.all([
    audit.list(correlationId, READ_TIMEOUT_MS),
    locks.readRecord(correlationId, READ_TIMEOUT_MS),
  ]);
  const { ok, sealed, segments } = verifyAuditLog(auditLog, record?.seals ?? [], record?.attempts ?? 0);
  return {
    correlationId,
    state: record?.state ?? 'idle',
    attempts: record?.attempts ?? 0,
    auditLog,
    chain: { ok, sealed, segments },
  };
}

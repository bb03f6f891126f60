/** The audit log in memory, for tests in virtual time. Append-only as the table is, and through the same suite. */

import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { AuditItem, AuditSink } from '../../lambda/ports.ts';
import type { Remote } from './store-script.ts';

export function createMemoryAuditSink(remote: Remote): AuditSink {
  const auditLogs = new Map<string, Map<string, AuditItem>>();
  return {
    append: (item, timeoutMs) => remote('append', item.correlation_id, timeoutMs, () => append(auditLogs, item)),
    list: (correlationId, timeoutMs) =>
      remote('list', correlationId, timeoutMs, () => [...(auditLogs.get(correlationId)?.values() ?? [])].sort(byTime)),
  };
}

function append(auditLogs: Map<string, Map<string, AuditItem>>, item: AuditItem): void {
  const auditLog = auditLogs.get(item.correlation_id) ?? new Map<string, AuditItem>();
  const standing = auditLog.get(item.at_seq);
  if (standing !== undefined && standing.hash !== item.hash) {
    throw new StoreError('refused', `The audit item ${item.at_seq} of ${item.correlation_id} exists already.`);
  }
  auditLogs.set(item.correlation_id, auditLog.set(item.at_seq, JSON.parse(JSON.stringify(item)) as AuditItem));
}

const byTime = (left: AuditItem, right: AuditItem): number => (left.at_seq < right.at_seq ? -1 : 1);

/** Lock and audit log in memory, for tests in virtual time, over one trace of calls and one script of faults. */

import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { AuditItem, AuditSink, Clock } from '../../lambda/ports.ts';
import { createMemoryLockStore, type LockOperation, type MemoryLockStore } from './lock-store.ts';
import { createRemote, type Remote, type StoreCall, type StoreFault } from './remote.ts';

export type StoreOperation = LockOperation | keyof AuditSink;

export interface StoreScript {
  /** The next call meets the fault, or the next `times` calls of the `operation`. */
  failNext(fault: StoreFault, which?: { readonly operation?: StoreOperation; readonly times?: number }): void;
  /** Every call meets the fault, until `recover`. */
  failAll(fault: StoreFault): void;
  /** Removes all faults. */
  recover(): void;
  /** Every call takes this long from now on. */
  takeMs(latencyMs: number): void;
  readonly calls: readonly StoreCall<StoreOperation>[];
}

export interface MemoryStores {
  readonly lock: MemoryLockStore;
  readonly audit: AuditSink;
  readonly script: StoreScript;
}

export function createMemoryStores({ clock }: { readonly clock: Clock }): MemoryStores {
  let orders: { readonly fault: StoreFault; readonly operation: StoreOperation | undefined; left: number }[] = [];
  let latencyMs = 0;
  const { remote, calls } = createRemote<StoreOperation>({
    clock,
    latencyMs: () => latencyMs,
    faultOf: ({ operation }) => {
      const order = orders.find(({ operation: meant, left }) => left > 0 && (meant ?? operation) === operation);
      if (order !== undefined) order.left -= 1;
      return order?.fault;
    },
  });
  const script: StoreScript = {
    failNext: (fault, { operation, times = 1 } = {}) => {
      orders = [...orders, { fault, operation, left: times }];
    },
    failAll: fault => {
      orders = [...orders, { fault, operation: undefined, left: Number.POSITIVE_INFINITY }];
    },
    recover: () => {
      orders = [];
    },
    takeMs: ms => {
      latencyMs = ms;
    },
    calls,
  };
  return { lock: createMemoryLockStore(remote), audit: createMemoryAuditSink(remote), script };
}

/** Append-only as the table is, and through the same suite. */
function createMemoryAuditSink(remote: Remote<keyof AuditSink>): AuditSink {
  const auditLogs = new Map<string, Map<string, AuditItem>>();
  function append(item: AuditItem): void {
    const auditLog = auditLogs.get(item.correlation_id) ?? new Map<string, AuditItem>();
    const standing = auditLog.get(item.at_seq);
    if (standing !== undefined && standing.hash !== item.hash) {
      throw new StoreError('refused', `The audit item ${item.at_seq} of ${item.correlation_id} exists already.`);
    }
    auditLogs.set(item.correlation_id, auditLog.set(item.at_seq, JSON.parse(JSON.stringify(item)) as AuditItem));
  }
  return {
    append: (item, timeoutMs) => remote('append', item.correlation_id, timeoutMs, () => append(item)),
    list: (correlationId, timeoutMs) =>
      remote('list', correlationId, timeoutMs, () =>
        [...(auditLogs.get(correlationId)?.values() ?? [])].sort((a, b) => (a.at_seq < b.at_seq ? -1 : 1)),
      ),
  };
}

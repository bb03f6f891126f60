/** Lock and audit log in memory, over one script of faults and one trace of calls. */

import type { AuditSink, Clock } from '../../lambda/ports.ts';
import { createMemoryAuditSink } from './audit-sink.ts';
import { createMemoryLockStore, type MemoryLockStore } from './lock-store.ts';
import { createStoreScript, type StoreScript } from './store-script.ts';

export interface MemoryStores {
  readonly lock: MemoryLockStore;
  readonly audit: AuditSink;
  readonly script: StoreScript;
}

export function createMemoryStores({ clock }: { readonly clock: Clock }): MemoryStores {
  const { script, remote } = createStoreScript(clock);
  return { lock: createMemoryLockStore(remote), audit: createMemoryAuditSink(remote), script };
}

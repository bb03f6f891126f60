/** Writes the journal: an entry when a request arrives, completed when its answer leaves. */

import type { AccountState } from '../engine/accounts/account.ts';
import type { JournalEntry } from '../engine/journal.ts';
import type { World } from '../engine/world.ts';
import type { WireReply, WireRequest } from './wire.ts';

export function openEntry(
  world: World,
  request: WireRequest,
  params: Readonly<Record<string, string>>,
  account: AccountState | undefined,
): JournalEntry {
  const { signature: _, ...shown } = params;
  const entry: JournalEntry = {
    seq: world.journal.length + 1,
    receivedAtMs: world.clock.nowMs(),
    answeredAtMs: undefined,
    method: request.method,
    path: request.path,
    params: shown,
    account: account?.name,
    status: undefined,
    code: undefined,
    executed: false,
    weight: 0,
    orders: 0,
    fault: undefined,
  };
  world.journal.push(entry);
  return entry;
}

export function closeEntry(world: World, entry: JournalEntry, reply: WireReply): void {
  if (reply.kind !== 'reply') return;
  entry.answeredAtMs = world.clock.nowMs();
  entry.status = reply.status;
  const code = /^\{"code":"?(-?\d+)/.exec(reply.body)?.[1];
  // Cancel-all says 200 in the place of an error code.
  if (code !== undefined && code !== '200') entry.code = Number(code);
}

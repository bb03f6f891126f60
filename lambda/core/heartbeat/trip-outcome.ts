/** Is the account of a tripped bot flat? Only a liquidation of the whole account, of this bot, that ended FLAT after the trip proves it. */

import type { LiquidationRecord } from '../../ports.ts';
import { claimScope, scopeInWords } from '../invocation/claim-scope.ts';
import { isoMicros } from '../invocation/identity.ts';

export type TripOutcome =
  | { readonly kind: 'flat' }
  /** Running, or to be resumed: its last attempt reports how it ended. */
  | { readonly kind: 'underway' }
  /** Over, and people were notified: given up, or switched off. */
  | { readonly kind: 'notified' }
  /** `because` is a sentence for people. */
  | { readonly kind: 'not-known-flat'; readonly because: string };

/** `record`: of the trip's own ID, or of a lock-out check. */
export function tripOutcome(
  record: LiquidationRecord | undefined,
  { botId, trippedAtMs }: { readonly botId: string; readonly trippedAtMs: number },
  nowMs: number,
): TripOutcome {
  if (record?.botId === undefined) return unknown('no attempt has stored that it began');
  const wanted = claimScope({ botId, symbols: undefined });
  const claimed = record.claimedFor ?? claimScope({ botId: record.botId, symbols: record.symbols });
  if (claimed !== wanted) {
    return unknown(`its correlation ID was first used for ${scopeInWords(claimed)} of the bot ${record.botId}`);
  }
  const { state, finishedAtMs = 0, leaseUntilMs = 0, resumeAtMs, gaveUpAtMs } = record;
  if (gaveUpAtMs !== undefined || state === 'skipped') return { kind: 'notified' };
  if (state === 'in_progress' && nowMs < leaseUntilMs) return { kind: 'underway' };
  if (state === 'completed') {
    if (finishedAtMs >= trippedAtMs - CLOCKS_DIFFER_MS) return { kind: 'flat' };
    return unknown(`it was flat at ${isoMicros(finishedAtMs)}, before the trip, and nobody has looked since`);
  }
  if (resumeAtMs !== undefined) return { kind: 'underway' };
  return unknown(`its last attempt is ${state}, and none follows`);
}

/** Between two hosts. */
const CLOCKS_DIFFER_MS = 5_000;

const unknown = (because: string): TripOutcome => ({ kind: 'not-known-flat', because });

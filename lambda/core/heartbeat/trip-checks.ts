/** Two questions about a trip: is it still valid, and is its account flat? */

import type { LiquidationRecord } from '../../ports.ts';
import { isoMicros } from '../invocation/identity.ts';
import { claimScope, scopeInWords } from '../invocation/liquidation-record.ts';
import type { BotRow } from './read-bot-row.ts';

export type TripCheck =
  | { readonly kind: 'valid' }
  /** `because` is a sentence for people. */
  | { readonly kind: 'invalid'; readonly because: string };

/** The liquidator's record of the run; undefined: there is none yet. */
export interface RunRecord {
  readonly trip?: string | undefined;
  /** It was ended, by its time limit or by a re-arm, and is not resumed. */
  readonly gaveUpAtMs?: number | undefined;
}

export function tripValidity(
  asked: { readonly trip: string | undefined; readonly isResumed: boolean },
  row: BotRow | undefined,
  record: RunRecord | undefined,
): TripCheck {
  const { trip, isResumed } = asked;
  if (isResumed && record?.gaveUpAtMs !== undefined) {
    return invalid(`the run was ended at ${isoMicros(record.gaveUpAtMs)}; nobody takes it up again`);
  }
  if (trip === undefined) return VALID;
  if (record?.trip !== undefined && record.trip !== trip) {
    return invalid(`the run belongs to the trip ${record.trip}, not to ${trip}`);
  }
  if (row === undefined) return invalid('the bot has no row, so it is not tripped');
  if (row.state !== 'tripped') return invalid(`the bot is ${row.state}${changeOf(row)}`);
  if (row.trip.correlationId !== trip) {
    return invalid(`the bot was tripped again, for ${row.trip.correlationId ?? 'a trip that cannot be read'}`);
  }
  return VALID;
}

const VALID: TripCheck = { kind: 'valid' };
const invalid = (because: string): TripCheck => ({ kind: 'invalid', because });

const changeOf = ({ change }: BotRow): string =>
  change === undefined ? '' : `: ${change.kind} at ${isoMicros(change.atMs)} by ${change.by}`;

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

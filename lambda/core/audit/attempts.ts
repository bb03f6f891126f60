/**
 * The attempts of one liquidation: when each began and ended, how, and what followed. The record counts them, so an attempt
 * without records in the audit log is listed too.
 *
 *   a1 ── partial ── hand-over, resumes at … ──▶ a2 ── died (no final event, no seal) ──▶ a3 ── completed
 */

import { FINAL_EVENT_TYPES } from '../../contract.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { instantOf, numberOf, textOf } from '../text/fields.ts';
import { type IncidentEvent, writerKind } from './event.ts';
import type { SegmentKind, Verification } from './verify-chain.ts';

/** `died`: it has no end. `unknown`: it was sealed, so it ended, but its last item is missing. */
type AttemptState = 'completed' | 'partial' | 'failed' | 'skipped' | 'running' | 'died' | 'unknown';

export interface IncidentAttempt {
  readonly writer: string;
  /** `unlocked`: the lock could not be reached. */
  readonly kind: 'attempt' | 'unlocked' | 'dry-run';
  /** Fencing token; 0 without the lock. */
  readonly number: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly state: AttemptState;
  readonly headline: string | undefined;
  readonly trigger: string | undefined;
  /** Of flatline at that time. */
  readonly version: string | undefined;
  readonly rounds: number;
  /** The lease of the attempt before had run out. */
  readonly tookOver: boolean;
  readonly timedOut: boolean;
  /** When the next attempt should begin; undefined: none, or not known. */
  readonly resumesAtMs: number | undefined;
  /** Requests to the exchange, by its own count. */
  readonly requestsMade: number | undefined;
  readonly chain: SegmentKind;
}

export function readAttempts(
  events: readonly IncidentEvent[],
  record: LiquidationRecord | undefined,
  verification: Verification,
  nowMs: number,
): readonly IncidentAttempt[] {
  return verification.segments
    .flatMap(({ writer, kind: chain, items }) => {
      const kind = writerKind(writer);
      // Its lock came late: its records are of an unlocked writer.
      if (chain === 'intact' && items === 0) return [];
      if (kind !== 'attempt' && kind !== 'unlocked' && kind !== 'dry-run') return [];
      const own = events.filter(event => event.writer === writer);
      return [readAttempt(writer, kind, own, chain, record, nowMs)];
    })
    .toSorted((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0) || a.number - b.number);
}

function readAttempt(
  writer: string,
  kind: IncidentAttempt['kind'],
  own: readonly IncidentEvent[],
  chain: SegmentKind,
  record: LiquidationRecord | undefined,
  nowMs: number,
): IncidentAttempt {
  const number = kind === 'attempt' ? Number(writer.slice(1)) : 0;
  const find = (type: string): IncidentEvent | undefined => own.find(event => event.type === type);
  const started = find('liquidation_started');
  const ends: ReadonlySet<string> = new Set(FINAL_EVENT_TYPES);
  const final = own.findLast(event => ends.has(event.type));
  const isLast = kind === 'attempt' && record?.attempts === number;
  const state = stateOf(final, chain, isLast ? record : undefined, nowMs);
  const ended = state !== 'running' && state !== 'died';
  return {
    ...{ writer, kind, number, state, chain },
    startedAtMs: own[0]?.atMs ?? (isLast ? record.startedAtMs : undefined),
    endedAtMs: ended ? (final?.atMs ?? (isLast ? record.finishedAtMs : undefined)) : undefined,
    headline: textOf(final?.data.headline) ?? (isLast && ended ? record.answer?.headline : undefined),
    trigger: textOf(started?.data.trigger),
    version: textOf(started?.data.version),
    rounds: Math.max(
      numberOf(final?.data.rounds) ?? 0,
      ...own.filter(({ operation }) => operation === 'observe').map(({ data }) => numberOf(data.round) ?? 0),
    ),
    tookOver: find('liquidation_resumed')?.data.died === true,
    timedOut: find('liquidation_timeout') !== undefined,
    resumesAtMs: instantOf(final?.data.resumes_at),
    requestsMade: numberOf(final?.data.requests_made),
  };
}

/** `record`: only if it is about this attempt. */
function stateOf(
  final: IncidentEvent | undefined,
  chain: SegmentKind,
  record: LiquidationRecord | undefined,
  nowMs: number,
): AttemptState {
  const said =
    final !== undefined && Object.hasOwn(STATE_OF_EVENT, final.type) ? STATE_OF_EVENT[final.type] : undefined;
  if (said !== undefined) return said;
  if (record?.state === 'in_progress') return (record.leaseUntilMs ?? 0) > nowMs ? 'running' : 'died';
  const stored = record?.state;
  if (stored !== undefined && stored !== 'idle') return stored;
  return chain === 'unsealed' ? 'died' : 'unknown';
}

const STATE_OF_EVENT: Readonly<Record<string, AttemptState>> = {
  liquidation_completed: 'completed',
  liquidation_partial: 'partial',
  liquidation_failed: 'failed',
  liquidation_skipped: 'skipped',
};

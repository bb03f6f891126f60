/** How one correlation ID ended, or how far it is: the headline of every tool. */

import { type AnswerState, HEADLINES } from '../../contract.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { isFlatResult } from '../invocation/liquidation-record.ts';
import { instantOf } from '../text/fields.ts';
import type { IncidentAttempt } from './attempts.ts';
import { type IncidentEvent, writerKind } from './event.ts';

/** `warning`: a bot was late and reported again. `nothing`: neither record nor audit log. */
export type IncidentKind = 'liquidation' | 'dry-run' | 'preflight' | 'warning' | 'watch-change' | 'nothing';

export interface IncidentVerdict {
  readonly headline: string;
  /** `idle` when no attempt was made. */
  readonly state: AnswerState;
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  /** It may still change: an attempt is running, or another will follow. */
  readonly open: boolean;
}

export function incidentKind(
  events: readonly IncidentEvent[],
  record: LiquidationRecord | undefined,
  attempts: readonly IncidentAttempt[],
): IncidentKind {
  if ((record?.attempts ?? 0) > 0 || attempts.some(({ kind }) => kind !== 'dry-run')) return 'liquidation';
  if (attempts.length > 0) return 'dry-run';
  if (events.some(({ writer }) => writerKind(writer) === 'preflight')) return 'preflight';
  if (events.some(({ type }) => type === 'bot_dead')) return 'liquidation';
  if (events.some(({ type }) => type === 'bot_late')) return 'warning';
  return events.length > 0 ? 'watch-change' : 'nothing';
}

export function readVerdict(
  kind: IncidentKind,
  events: readonly IncidentEvent[],
  record: LiquidationRecord | undefined,
  attempts: readonly IncidentAttempt[],
  nowMs: number,
): IncidentVerdict {
  switch (kind) {
    case 'liquidation':
      return record === undefined || record.attempts === 0 ? withoutLock(attempts) : recordVerdict(record, nowMs);
    case 'dry-run':
      return { headline: HEADLINES.dryRun, state: 'skipped', tone: 'plain', open: false };
    case 'preflight':
      return events.some(({ type }) => type === 'preflight_failed')
        ? { headline: 'NOT READY', state: 'idle', tone: 'bad', open: false }
        : { headline: 'READY', state: 'idle', tone: 'good', open: false };
    case 'warning':
      return diesAtMs(events) > nowMs
        ? { headline: 'LATE', state: 'idle', tone: 'warn', open: true }
        : { headline: 'LATE, NOT LIQUIDATED', state: 'idle', tone: 'warn', open: false };
    case 'watch-change':
      return { headline: 'THE WATCH WAS CHANGED', state: 'idle', tone: 'plain', open: false };
    case 'nothing':
      return { headline: 'NOTHING IS KNOWN', state: 'idle', tone: 'warn', open: false };
  }
}

/** When the bot that was reported late is dead, unless a heartbeat comes. */
const diesAtMs = (events: readonly IncidentEvent[]): number =>
  instantOf(events.findLast(({ type }) => type === 'bot_late')?.data.dead_at) ?? 0;

/** Of a liquidation that held the lock: the record is enough. */
export function recordVerdict(record: LiquidationRecord, nowMs: number): IncidentVerdict {
  const { state, answer, resumeAtMs, leaseUntilMs = 0 } = record;
  if (state === 'in_progress') {
    return leaseUntilMs > nowMs
      ? { headline: 'IN PROGRESS', state, tone: 'warn', open: true }
      : { headline: 'ITS ATTEMPT DIED, WAITING TO BE TAKEN UP', state, tone: 'bad', open: resumeAtMs !== undefined };
  }
  const isOver = resumeAtMs === undefined;
  // The stored answer may announce a next attempt; the record shows that there will be none.
  const isLost = isOver && (state === 'partial' || state === 'failed');
  return ended(state, isLost ? HEADLINES.checkByHand : (answer?.headline ?? NOT_KNOWN), !isOver);
}

/** Without a record only the attempts' own headlines are known. */
function withoutLock(attempts: readonly IncidentAttempt[]): IncidentVerdict {
  const last = attempts.at(-1);
  if (last === undefined) return { headline: 'NOT STARTED YET', state: 'idle', tone: 'bad', open: true };
  const state = last.state === 'running' || last.state === 'died' || last.state === 'unknown' ? 'failed' : last.state;
  return ended(state, last.headline ?? NOT_KNOWN, false);
}

const NOT_KNOWN = 'HOW IT ENDED IS NOT KNOWN';

function ended(state: AnswerState, headline: string, open: boolean): IncidentVerdict {
  if (state === 'completed') {
    return { headline, state, tone: isFlatResult(state, headline) ? 'good' : 'warn', open: false };
  }
  return { headline, state, tone: open || state === 'skipped' ? 'warn' : 'bad', open };
}

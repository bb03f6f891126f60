/** What is missing from the records of an incident, as sentences: what is missing and what that means. */

import type { IncidentAttempt } from '../../lambda/core/audit/attempts.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import type { IncidentKind } from '../../lambda/core/audit/verdict.ts';
import type { LiquidationRecord } from '../../lambda/ports.ts';
import type { IncidentRequest } from './requests.ts';

export function gapsOf(
  record: LiquidationRecord | undefined,
  events: readonly IncidentEvent[],
  attempts: readonly IncidentAttempt[],
  requests: readonly IncidentRequest[],
  kind: IncidentKind,
): readonly string[] {
  if (kind === 'nothing') return [];
  const gaps: string[] = [];
  if (events.length === 0) {
    gaps.push('The audit table has no record of it: what was done is only in the log and in the stored answer.');
  }
  if (kind === 'liquidation' && record === undefined) {
    gaps.push('The liquidations table has no record of it, so the end of its audit log cannot be verified.');
  }
  if (kind === 'liquidation' && record !== undefined && record.attempts === 0) {
    gaps.push('It never held the lock: another call may have run at the same time.');
  }
  if (record !== undefined && record.attempts > 0 && record.answer === undefined && record.state !== 'in_progress') {
    gaps.push('The stored answer cannot be read.');
  }
  for (const attempt of attempts) gaps.push(...gapsOfAttempt(attempt, requests));
  return gaps;
}

function gapsOfAttempt(attempt: IncidentAttempt, requests: readonly IncidentRequest[]): readonly string[] {
  const { kind, number, writer, state, startedAtMs, requestsMade } = attempt;
  const name = kind === 'attempt' ? `Attempt ${number}` : kind === 'dry-run' ? 'The dry run' : 'The run without a lock';
  if (state === 'died') {
    return startedAtMs === undefined
      ? [`${name} has no records: it died before the first one, or they were removed.`]
      : [`${name} has no end: it died. What it did after its last record is not in the audit log.`];
  }
  const own = requests.filter(request => request.writer === writer).length;
  const gaps: string[] = [];
  if (state === 'unknown') gaps.push(`${name} was sealed, but the record of its end is missing.`);
  if (requestsMade !== undefined && own < requestsMade) {
    gaps.push(`${name} counted ${requestsMade} requests, but the audit log has ${own}: records are missing.`);
  }
  return gaps;
}

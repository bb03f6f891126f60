/**
 * The reading model of one correlation ID, from its record, its audit log and the verification of the chain. Pure, and it
 * never throws: items may be missing, from several writers, from an attempt that died, or tampered with. Missing parts
 * are listed (`gaps`), unverified parts are marked (`doubtful`).
 */

import { readAttempts } from '../../lambda/core/audit/attempts.ts';
import { type IncidentEvent, readEvents } from '../../lambda/core/audit/event.ts';
import { incidentKind, readVerdict } from '../../lambda/core/audit/verdict.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { rowsOf, textOf } from '../../lambda/core/text/fields.ts';
import type { AuditItem, LiquidationRecord } from '../../lambda/ports.ts';
import { readCause } from './cause.ts';
import { gapsOf } from './gaps.ts';
import { readErrors, readWarnings } from './incident-errors.ts';
import { firstRead, lastRead, readCancels, readCloses } from './positions.ts';
import { readRequests } from './requests.ts';
import { readTotals } from './totals.ts';

export type Incident = Readonly<ReturnType<typeof readIncident>>;

interface IncidentSources {
  readonly correlationId: string;
  /** Undefined when the table has no record. */
  readonly record: LiquidationRecord | undefined;
  /** In any order. */
  readonly items: readonly AuditItem[];
  /** Decides whether a lease has expired. */
  readonly nowMs: number;
}

export function readIncident({ correlationId, record, items, nowMs }: IncidentSources) {
  const verification = verifyAuditLog(items, record?.seals ?? [], record?.attempts);
  const events = readEvents(items, verification);
  const attempts = readAttempts(events, record, verification, nowMs);
  const kind = incidentKind(events, record, attempts);
  const answer = record?.answer;
  const requests = readRequests(events);
  const of = (type: string): readonly IncidentEvent[] => events.filter(event => event.type === type);
  return {
    ...{ correlationId, kind, attempts, events, requests, verification },
    botId: record?.botId ?? textOf(events.find(({ botId }) => botId !== undefined)?.botId),
    verdict: readVerdict(kind, events, record, attempts, nowMs),
    cause: readCause(events, record),
    /** Calls with the same ID that were refused, by the instant of each. */
    duplicatesAtMs: of('liquidation_duplicate').map(({ atMs }) => atMs),
    /** Undefined when the audit log has no read. */
    before: firstRead(events),
    after: lastRead(events, answer),
    cancels: readCancels(events),
    closes: readCloses(events),
    errors: readErrors(events, answer),
    warnings: readWarnings(answer),
    totals: readTotals(events, requests, attempts, record),
    /** Checks of a preflight, as recorded. */
    checks: [...of('preflight_passed'), ...of('preflight_failed')].flatMap(({ data }) => rowsOf(data.checks)),
    /** Plan of a dry run. */
    plan: events.flatMap(({ data }) => rowsOf(data.plan)),
    /** Sentences about parts that are missing or contradict each other. */
    gaps: gapsOf(record, events, attempts, requests, kind),
  };
}

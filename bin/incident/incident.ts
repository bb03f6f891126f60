/**
 * The reading model of one correlation ID, from its record, its audit log and the verification of the chain. Pure, and it
 * never throws: items may be missing, from several writers, from an attempt that died, or tampered with. Missing parts
 * are listed (`gaps`), unverified parts are marked (`doubtful`).
 */

import { type IncidentAttempt, readAttempts } from '../../lambda/core/audit/attempts.ts';
import { type IncidentEvent, readEvents } from '../../lambda/core/audit/event.ts';
import { type IncidentKind, type IncidentVerdict, incidentKind, readVerdict } from '../../lambda/core/audit/verdict.ts';
import { type Verification, verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { type Fields, rowsOf, textOf } from '../../lambda/core/text/fields.ts';
import type { AuditItem, LiquidationRecord } from '../../lambda/ports.ts';
import { type IncidentCause, readCause } from './cause.ts';
import { gapsOf } from './gaps.ts';
import { type IncidentError, readErrors, readWarnings } from './incident-errors.ts';
import {
  type AccountRead,
  firstRead,
  type IncidentCancel,
  type IncidentClose,
  lastRead,
  readCancels,
  readCloses,
} from './positions.ts';
import { type IncidentRequest, readRequests } from './requests.ts';
import { type IncidentTotals, readTotals } from './totals.ts';

export interface Incident {
  readonly correlationId: string;
  readonly kind: IncidentKind;
  readonly botId: string | undefined;
  readonly verdict: IncidentVerdict;
  readonly cause: IncidentCause;
  readonly attempts: readonly IncidentAttempt[];
  /** Calls with the same ID that were refused, by the instant of each. */
  readonly duplicatesAtMs: readonly (number | undefined)[];
  /** The whole audit log, in time order. */
  readonly events: readonly IncidentEvent[];
  readonly requests: readonly IncidentRequest[];
  /** Undefined when the audit log has no read. */
  readonly before: AccountRead | undefined;
  readonly after: AccountRead | undefined;
  readonly cancels: readonly IncidentCancel[];
  readonly closes: readonly IncidentClose[];
  readonly errors: readonly IncidentError[];
  readonly warnings: readonly IncidentError[];
  readonly totals: IncidentTotals;
  /** Checks of a preflight, as recorded. */
  readonly checks: readonly Fields[];
  /** Plan of a dry run. */
  readonly plan: readonly Fields[];
  readonly verification: Verification;
  /** Sentences about parts that are missing or contradict each other. */
  readonly gaps: readonly string[];
}

interface IncidentSources {
  readonly correlationId: string;
  /** Undefined when the table has no record. */
  readonly record: LiquidationRecord | undefined;
  /** In any order. */
  readonly items: readonly AuditItem[];
  /** Decides whether a lease has expired. */
  readonly nowMs: number;
}

export function readIncident({ correlationId, record, items, nowMs }: IncidentSources): Incident {
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
    duplicatesAtMs: of('liquidation_duplicate').map(({ atMs }) => atMs),
    before: firstRead(events),
    after: lastRead(events, answer),
    cancels: readCancels(events),
    closes: readCloses(events),
    errors: readErrors(events, answer),
    warnings: readWarnings(answer),
    totals: readTotals(events, requests, attempts, record),
    checks: [...of('preflight_passed'), ...of('preflight_failed')].flatMap(({ data }) => rowsOf(data.checks)),
    plan: events.flatMap(({ data }) => rowsOf(data.plan)),
    gaps: gapsOf(record, events, attempts, requests, kind),
  };
}

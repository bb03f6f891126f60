/**
 * The incident as a JSON document: the same names in snake_case. Parts of the audit log itself (`data`, `error`, checks,
 * plan) keep their names.
 */

import { recordVerdict } from '../../lambda/core/audit/verdict.ts';
import type { LiquidationRecord } from '../../lambda/ports.ts';
import { isoOrNull } from '../terminal/numbers.ts';
import { snakeCase } from '../terminal/snake-case.ts';
import type { Incident } from './incident.ts';

export const INCIDENT_SHAPE = [
  '{ correlation_id, kind, bot_id, verdict: { headline, state, tone, open },',
  '  cause: { trigger, reason, symbols, late_at_ms, dead, sentence },',
  '  attempts: [{ writer, number, state, started_at_ms, ended_at_ms, … }],',
  '  events: [{ at_ms, writer, seq, type, symbol, data, error, doubtful }],',
  '  requests: [{ attempt, round, symbol, purpose, method, path,',
  '    started_at_ms, latency_ms, status, code, result }],',
  '  before, after: { verified, positions, orders, conditional_orders },',
  '  cancels, closes, errors, warnings, totals, checks, plan, gaps,',
  '  verification: { ok, sealed, segments: [{ writer, kind, at, sentence }] } }',
  'Instants are epoch milliseconds, amounts decimal strings.',
] as const;

/** Kept unchanged: their names come from the audit log, or are names of assets. */
const FOREIGN = new Set(['data', 'error', 'checks', 'plan', 'commissions']);

export const incidentJson = (incident: Incident): object => snakeCase(incident, FOREIGN) as object;

/** One line of a list. */
export function recordJson(record: LiquidationRecord, nowMs: number): object {
  const { answer } = record;
  const { headline, state, open } = recordVerdict(record, nowMs);
  return {
    correlation_id: record.correlationId,
    bot_id: record.botId ?? null,
    trigger: record.trigger ?? null,
    state,
    headline,
    open,
    attempts: record.attempts,
    first_started_at: isoOrNull(record.firstStartedAtMs),
    finished_at: isoOrNull(record.finishedAtMs),
    resumes_at: isoOrNull(record.resumeAtMs),
    positions_closed: answer?.positions_closed ?? null,
    positions_failed: answer?.positions_failed ?? null,
    orders_cancelled: answer?.orders_cancelled ?? null,
    total_realized_pnl: answer?.total_realized_pnl ?? null,
  };
}

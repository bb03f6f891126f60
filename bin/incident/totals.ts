/** The sums of an incident: those of the stored answer (over all attempts) if there is one, otherwise of the audit log. */

import type { IncidentAttempt } from '../../lambda/core/audit/attempts.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import { fieldsOf, numberOf, rowsOf, textOf } from '../../lambda/core/text/fields.ts';
import type { LiquidationRecord } from '../../lambda/ports.ts';
import { profitWords } from '../../lambda/views/words.ts';
import { amountsOf } from './positions.ts';
import type { IncidentRequest } from './requests.ts';

export function readTotals(
  events: readonly IncidentEvent[],
  requests: readonly IncidentRequest[],
  attempts: readonly IncidentAttempt[],
  record: LiquidationRecord | undefined,
) {
  const last = events.findLast(({ data }) => 'positions_closed' in data)?.data;
  const sums = fieldsOf(record?.answer ?? last);
  const startedAtMs = attempts[0]?.startedAtMs ?? record?.firstStartedAtMs;
  const isUnseen = !isFlatResult('completed', record?.answer?.headline ?? attempts.at(-1)?.headline ?? '');
  const flatAtMs = isUnseen ? undefined : flatSince(events, attempts);
  const flatAfterSeconds = isUnseen ? undefined : record?.answer?.flat_after_seconds;
  return {
    positionsClosed: numberOf(sums.positions_closed) ?? 0,
    positionsFailed: numberOf(sums.positions_failed) ?? 0,
    ordersCancelled: numberOf(sums.orders_cancelled) ?? 0,
    /** Decimal string. */
    realizedPnl: profitWords({
      realized_pnl: amountsOf(sums.realized_pnl),
      total_realized_pnl: textOf(sums.total_realized_pnl) ?? null,
    }),
    pnlIsEstimate: sums.pnl_is_estimate === true,
    /** By asset, decimal strings. */
    commissions: amountsOf(sums.commissions),
    /** Reads of the account, over all attempts. */
    rounds: attempts.reduce((sum, { rounds }) => sum + rounds, 0),
    /** Recorded requests to the exchange. */
    requests: requests.length,
    startedAtMs,
    endedAtMs: attempts.at(-1)?.endedAtMs,
    /** From the first attempt's start to the end of the first of the final reads that found the account flat. */
    timeToFlatMs:
      flatAfterSeconds !== undefined
        ? flatAfterSeconds * 1_000
        : flatAtMs === undefined || startedAtMs === undefined
          ? undefined
          : flatAtMs - startedAtMs,
  };
}

/** The reads at the end in which nothing is open any more, over all attempts: the one after FLAT may only confirm. */
function flatSince(events: readonly IncidentEvent[], attempts: readonly IncidentAttempt[]): number | undefined {
  if (!attempts.some(({ state }) => state === 'completed')) return undefined;
  const reads = events.filter(({ operation }) => operation === 'observe');
  const held = reads.findLastIndex(({ data }) => data.verified !== true || rowsOf(data.positions).length > 0);
  return reads[held + 1]?.atMs;
}

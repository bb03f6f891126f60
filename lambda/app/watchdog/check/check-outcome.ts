/**
 * Whether the liquidation of a trip made the account flat. That a call was accepted proves nothing: an ID may have been used
 * for something else, a function may have died. While no liquidation of the whole account is known to have ended FLAT since
 * the trip, and none is underway, a CRITICAL problem is reported each minute.
 */

import { isCanary } from '../../../core/heartbeat/canary.ts';
import type { BotRow } from '../../../core/heartbeat/read-bot-row.ts';
import { type TripOutcome, tripOutcome } from '../../../core/heartbeat/trip-checks.ts';
import { LOCK_OUT_CHECK_EVERY_MS } from '../../../core/heartbeat/watch-changes.ts';
import { lockOutCheckId } from '../../../core/invocation/identity.ts';
import { reportProblem } from '../report-problem.ts';
import { CALL_MS, whyOf } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';

export interface AskedTrip {
  readonly correlationId: string;
  readonly trippedAtMs: number;
  /** Minutes since the trip: the account check of this minute is called now. */
  readonly minute: number;
}

/** Never rejects. Undefined: it could not be read, and is read again in the next minute. */
export async function readOutcome(tick: TickContext, row: BotRow, trip: AskedTrip): Promise<TripOutcome | undefined> {
  // The canary's liquidator answers with a dry run, which leaves no record.
  if (isCanary(row.botId) || !tick.config.settings.liquidation.emergencyLiquidation) return { kind: 'notified' };
  try {
    return await outcomeOf(tick, row, trip);
  } catch (error) {
    const about = { bot_id: row.botId, correlation_id: trip.correlationId, why: whyOf(error) };
    tick.ports.telemetry.log('WARN', 'The result of the liquidation of a trip could not be read', about);
    return undefined;
  }
}

/** If the trip's own liquidation did not end flat, the account check of the previous minute may have. */
async function outcomeOf(
  { records, ports }: TickContext,
  { botId }: BotRow,
  { correlationId, trippedAtMs, minute }: AskedTrip,
): Promise<TripOutcome> {
  const about = { botId, trippedAtMs };
  const own = tripOutcome(await records.read(correlationId, CALL_MS), about, ports.clock.nowMs());
  if (own.kind !== 'not-known-flat' || minute < 2) return own;
  const before = lockOutCheckId(botId, trippedAtMs + (minute - 1) * LOCK_OUT_CHECK_EVERY_MS);
  const check = tripOutcome(await records.read(before, CALL_MS), about, ports.clock.nowMs());
  return check.kind === 'not-known-flat' ? own : check;
}

/** Called only by the tick that claimed the minute, so at most once per minute. */
export function reportIfNotKnownFlat(
  tick: TickContext,
  { botId }: BotRow,
  { correlationId }: AskedTrip,
  outcome: TripOutcome | undefined,
): void {
  if (outcome?.kind !== 'not-known-flat') return;
  const message = `The account of the bot ${botId} is not known to be flat after its trip ${correlationId}: ${outcome.because}. The liquidator is called again.`;
  reportProblem(tick, 'CRITICAL', 'TRIP_NOT_FLAT', message, { bot_id: botId, correlation_id: correlationId });
}

/**
 * A bot that was tripped. First its liquidation must be accepted; then, during the lock-out, each minute the account is
 * checked again, because a broken bot may trade on, and it is read whether the liquidation ended FLAT.
 *
 *   tripped     + 1 min       + 2 min              lockout_until
 *   ├─ invoke ──┼─ check ─────┼─ check ───── … ────┤ out of the index, once it is known to be flat
 *
 * That a call was accepted proves nothing: an ID may have been used for something else, a function may have died. While no
 * liquidation of the whole account is known to have ended FLAT since the trip, and none is underway, a CRITICAL problem is
 * reported each minute.
 */

import type { Settings } from '../../../core/config/settings.ts';
import { isCanary } from '../../../core/heartbeat/canary.ts';
import type { BotRow } from '../../../core/heartbeat/read-bot-row.ts';
import { type TripOutcome, tripOutcome } from '../../../core/heartbeat/trip-checks.ts';
import {
  INVOKE_GRACE_MS,
  LOCK_OUT_CHECK_EVERY_MS,
  lockOutCheckChange,
  scheduleChange,
} from '../../../core/heartbeat/watch-changes.ts';
import { timesOf } from '../../../core/heartbeat/watch-times.ts';
import { lockOutCheckId } from '../../../core/invocation/identity.ts';
import { CALL_MS, logFailure, reportProblem, reportUnknownBot, whyOf } from '../report-problem.ts';
import type { TickContext } from '../tick-context.ts';
import { type NextCheck, NO_MORE } from './next-check.ts';
import { invoke, liquidationOf, startLiquidation } from './trip.ts';

export async function checkTripped(tick: TickContext, row: BotRow): Promise<NextCheck> {
  const { ports, tickId, config } = tick;
  const { trip } = row;
  const nowMs = ports.clock.nowMs();
  const { lockoutMs, emergencyLiquidation } = config.settings.liquidation;
  // Without it the row was tripped by hand, which is one of the row's problems.
  if (trip.correlationId === undefined) return NO_MORE;
  const trippedAtMs = trip.atMs ?? trip.deadlineMs ?? 0;
  const lockoutUntilMs = trip.lockoutUntilMs ?? trippedAtMs + lockoutMs;
  const isOver = trip.invokedAtMs !== undefined && nowMs >= lockoutUntilMs;
  if (!isOver && timesOf(config, row.botId, row.times) === undefined) {
    reportUnknownBot(tick, row);
    return NO_MORE;
  }
  if (trip.invokedAtMs === undefined) {
    const graceUntilMs = trippedAtMs + INVOKE_GRACE_MS;
    if (trip.by !== tickId && nowMs < graceUntilMs) return { kind: 'at', atMs: graceUntilMs, urgent: true };
    return startLiquidation(tick, row, trip.correlationId);
  }
  const minute = Math.floor((nowMs - trippedAtMs) / LOCK_OUT_CHECK_EVERY_MS);
  const nextMs = trippedAtMs + (minute + 1) * LOCK_OUT_CHECK_EVERY_MS;
  if (isOver) return afterLockOut(tick, row, { correlationId: trip.correlationId, trippedAtMs, minute }, nextMs);
  const lockedUntilMs = Math.min(nextMs, lockoutUntilMs);
  const isNew = minute >= 1 && minute > (trip.lockOutCheckMinute ?? 0);
  if (isNew && (await claim(tick, row, minute, lockedUntilMs)) && emergencyLiquidation) {
    const asked = { correlationId: trip.correlationId, trippedAtMs, minute };
    const [outcome] = await Promise.all([readOutcome(tick, row, asked), checkAgain(tick, row, asked)]);
    reportIfNotKnownFlat(tick, row, asked, outcome);
  }
  return { kind: 'at', atMs: lockedUntilMs, urgent: false };
}

/** It leaves the index, unless its account is not known to be flat yet. */
async function afterLockOut(tick: TickContext, row: BotRow, asked: AskedTrip, nextMs: number): Promise<NextCheck> {
  const outcome = await readOutcome(tick, row, asked);
  const isSettled = outcome?.kind === 'flat' || outcome?.kind === 'notified';
  const isTooLate = nextMs > asked.trippedAtMs + longestWatchMs(tick.config.settings.liquidation);
  if (isSettled || isTooLate) {
    await tick.bots.change(scheduleChange(row, { nextCheckAtMs: undefined }), CALL_MS);
    return NO_MORE;
  }
  const isNew = asked.minute >= 1 && asked.minute > (row.trip.lockOutCheckMinute ?? 0);
  const isOurs = isNew && (await claim(tick, row, asked.minute, nextMs));
  if (isOurs && outcome?.kind === 'not-known-flat') {
    reportIfNotKnownFlat(tick, row, asked, outcome);
    await checkAgain(tick, row, asked);
  }
  return { kind: 'at', atMs: nextMs, urgent: false };
}

/** The longer of `resume_minutes` and `lockout_minutes`. */
const longestWatchMs = ({ lockoutMs, resumeMs }: Settings['liquidation']): number => Math.max(lockoutMs, resumeMs);

async function checkAgain(
  tick: TickContext,
  row: BotRow,
  { correlationId, trippedAtMs, minute }: AskedTrip,
): Promise<void> {
  tick.tally.lockOutChecks += 1;
  const id = lockOutCheckId(row.botId, trippedAtMs + minute * LOCK_OUT_CHECK_EVERY_MS);
  const reason = `minute ${minute} of the lock-out after ${correlationId}`;
  await invoke(tick, liquidationOf(row.botId, 'sentinel', id, reason, correlationId));
}

/** A claim with unknown outcome counts as ours: the correlation ID is of the minute, so a second call does nothing. */
async function claim(tick: TickContext, row: BotRow, minute: number, nextMs: number): Promise<boolean> {
  try {
    return (await tick.bots.change(lockOutCheckChange(row, minute, nextMs), CALL_MS)) !== undefined;
  } catch (error) {
    const message = 'It is not known whether the account check of this minute was claimed; it is called anyway';
    logFailure(tick, message, row.botId, error);
    return true;
  }
}

interface AskedTrip {
  readonly correlationId: string;
  readonly trippedAtMs: number;
  /** Minutes since the trip: the account check of this minute is called now. */
  readonly minute: number;
}

/** Never rejects. Undefined: it could not be read, and is read again in the next minute. */
async function readOutcome(tick: TickContext, row: BotRow, trip: AskedTrip): Promise<TripOutcome | undefined> {
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
function reportIfNotKnownFlat(
  tick: TickContext,
  { botId }: BotRow,
  { correlationId }: AskedTrip,
  outcome: TripOutcome | undefined,
): void {
  if (outcome?.kind !== 'not-known-flat') return;
  const message = `The account of the bot ${botId} is not known to be flat after its trip ${correlationId}: ${outcome.because}. The liquidator is called again.`;
  reportProblem(tick, 'CRITICAL', 'TRIP_NOT_FLAT', message, { bot_id: botId, correlation_id: correlationId });
}

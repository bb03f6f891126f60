/**
 * A bot that was fired on. First its liquidation must have been accepted; then, for as long as the lock-out lasts,
 * each minute the account is looked at again, because a flag alone does not stop a broken bot from trading on.
 *
 *   tripped     + 1 min       + 2 min              lockout_until
 *   ├─ invoke ──┼─ sentinel ──┼─ sentinel ── … ────┤ out of the index
 */

import { sentinelId } from '../../core/heartbeat/incident-id.ts';
import type { BotRow } from '../../core/heartbeat/read-bot-row.ts';
import {
  INVOKE_GRACE_MS,
  SENTINEL_EVERY_MS,
  scheduleChange,
  sentinelChange,
} from '../../core/heartbeat/watch-changes.ts';
import { timesOf } from '../../core/heartbeat/watch-times.ts';
import { invoke, liquidationOf } from './invoke.ts';
import { type NextCheck, NO_MORE } from './next-check.ts';
import { reportUnknownBot } from './report-problem.ts';
import { CALL_MS, whyOf } from './retry.ts';
import type { TickContext } from './tick-context.ts';
import { startLiquidation } from './trip.ts';

export async function checkTripped(tick: TickContext, row: BotRow): Promise<NextCheck> {
  const { ports, tickId, config } = tick;
  const { trip } = row;
  const nowMs = ports.clock.nowMs();
  const { lockoutMs, emergencyLiquidation } = config.settings.liquidation;
  // Without it the row was tripped by hand, of which the row's problems speak.
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
  if (isOver) {
    await tick.bots.change(scheduleChange(row, { nextCheckAtMs: undefined }), CALL_MS);
    return NO_MORE;
  }
  const minute = Math.floor((nowMs - trippedAtMs) / SENTINEL_EVERY_MS);
  const nextMs = Math.min(trippedAtMs + (minute + 1) * SENTINEL_EVERY_MS, lockoutUntilMs);
  const isNew = minute >= 1 && minute > (trip.sentinelMinute ?? 0);
  if (isNew && (await claim(tick, row, minute, nextMs)) && emergencyLiquidation) {
    tick.tally.sentinels += 1;
    const id = sentinelId(row.botId, trippedAtMs + minute * SENTINEL_EVERY_MS);
    const reason = `minute ${minute} of the lock-out after ${trip.correlationId}`;
    await invoke(tick, liquidationOf(row.botId, 'sentinel', id, reason, trip.correlationId));
  }
  return { kind: 'at', atMs: nextMs, urgent: false };
}

/** A claim without an answer counts as ours: the ID belongs to the minute, so twice is once. */
async function claim(tick: TickContext, row: BotRow, minute: number, nextMs: number): Promise<boolean> {
  try {
    return (await tick.bots.change(sentinelChange(row, minute, nextMs), CALL_MS)) !== undefined;
  } catch (error) {
    tick.ports.telemetry.log('WARN', 'A sentinel was not claimed', { bot_id: row.botId, why: whyOf(error) });
    return true;
  }
}

/**
 * Armed becomes tripped by compare-and-set on the heartbeat that was seen. The tick that wins invokes the liquidator, and then
 * marks the row as invoked. If it dies in between, the next tick finds the row and invokes.
 */

import { METRICS, REASON_MAX_CHARS, type Trigger } from '../../../contract.ts';
import { type BotRow, readBotRow, STARTS_IGNORED_FROM } from '../../../core/heartbeat/read-bot-row.ts';
import { invokedChange, LOCK_OUT_CHECK_EVERY_MS, tripChange } from '../../../core/heartbeat/watch-changes.ts';
import { incidentId, isoMicros, isoMicrosOrNull } from '../../../core/invocation/identity.ts';
import { CALL_MS, logFailure, recordEvent, reportProblem, retry, whyOf } from '../report-problem.ts';
import type { TickContext } from '../tick-context.ts';
import { type NextCheck, NO_MORE, RECHECK_MS } from './next-check.ts';

/** `deadlineMs`: when the bot died, which names the incident. */
export async function trip(tick: TickContext, row: BotRow, deadlineMs: number): Promise<NextCheck> {
  const { ports, tickId, config } = tick;
  const nowMs = ports.clock.nowMs();
  const { lockoutMs } = config.settings.liquidation;
  const correlationId = incidentId(row.botId, deadlineMs);
  const claim = { tickId, correlationId, deadlineMs, nowMs, lockoutMs };
  const won = await tick.bots.change(tripChange(row, claim), CALL_MS);
  if (won === undefined) return { kind: 'at', atMs: nowMs + RECHECK_MS, urgent: true };
  return startLiquidation(tick, readBotRow(row.botId, won), correlationId);
}

const INVOKE_AGAIN_MS = 5_000;

/** For a bot that is tripped and whose liquidation was not accepted yet. */
export async function startLiquidation(tick: TickContext, row: BotRow, correlationId: string): Promise<NextCheck> {
  const { ports } = tick;
  const reason = reasonOf(row);
  notifyDead(tick, row, correlationId, reason);
  const accepted = await invoke(tick, liquidationOf(row.botId, 'watchdog', correlationId, reason, correlationId));
  if (!accepted) return { kind: 'at', atMs: ports.clock.nowMs() + INVOKE_AGAIN_MS, urgent: true };
  await noteInvoked(tick, row);
  return NO_MORE;
}

function reasonOf({ failure, unprovenStarts, trip }: BotRow): string {
  if (failure !== undefined) return `the bot says that it failed: ${failure.reason}`;
  if (unprovenStarts >= STARTS_IGNORED_FROM) return `started ${unprovenStarts} times without working in between`;
  return `silent beyond its deadline${trip.deadlineMs === undefined ? '' : ` of ${isoMicros(trip.deadlineMs)}`}`;
}

/** Once per tick: a tick that takes over notifies again, because the first one may have died before it did. */
function notifyDead(tick: TickContext, row: BotRow, correlationId: string, reason: string): void {
  const { ports, tally } = tick;
  if (tally.tripped.has(row.botId)) return;
  tally.tripped.set(row.botId, correlationId);
  const about = { correlationId, botId: row.botId, sealed: true };
  const data = {
    reason,
    cause: row.failure === undefined ? 'silence' : 'failure',
    deadline: isoMicrosOrNull(row.trip.deadlineMs),
    last_beat: isoMicrosOrNull(row.lastBeatAtMs),
    tripped_at: isoMicrosOrNull(row.trip.atMs),
    lockout_until: isoMicrosOrNull(row.trip.lockoutUntilMs),
    in_configuration: tick.config.settings.bots.some(bot => bot.botId === row.botId),
    taken_over: row.trip.by !== tick.tickId,
  };
  recordEvent(tick, about, { type: 'bot_dead', operation: 'trip', level: 'CRITICAL', data });
  ports.telemetry.metric(METRICS.botsDead, 1, 'Count');
  ports.telemetry.flush();
}

/** If this fails, another tick invokes with the same ID, which does nothing. */
async function noteInvoked(tick: TickContext, row: BotRow): Promise<void> {
  const nowMs = tick.ports.clock.nowMs();
  const change = invokedChange(row, nowMs, (row.trip.atMs ?? nowMs) + LOCK_OUT_CHECK_EVERY_MS);
  try {
    await retry(tick, () => tick.bots.change(change, CALL_MS));
  } catch (error) {
    logFailure(tick, 'An invocation was not stored; the next run repeats it', row.botId, error, 'ERROR');
  }
}

const INVOKE_MS = 2_000;

/** Calls the liquidator, with retries. A second call does nothing: the lock allows one run per ID. False: not accepted, which is reported. */
export async function invoke(tick: TickContext, event: Readonly<Record<string, unknown>>): Promise<boolean> {
  try {
    await retry(tick, () => tick.invoker.invokeLater(event, INVOKE_MS));
    return true;
  } catch (error) {
    const { bot_id, correlation_id, trigger } = event;
    const message = `The liquidator was not invoked for the bot ${String(bot_id)}; it will be tried again. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'INVOKE_FAILED', message, { bot_id, correlation_id, trigger });
    return false;
  }
}

export const liquidationOf = (
  botId: string,
  trigger: Extract<Trigger, 'watchdog' | 'sentinel'>,
  correlationId: string,
  reason: string,
  trip: string,
): Readonly<Record<string, unknown>> => ({
  action: 'liquidate',
  trigger,
  bot_id: botId,
  correlation_id: correlationId,
  trip,
  reason: reason.slice(0, REASON_MAX_CHARS).toWellFormed(),
});

/**
 * What people must know of a bot that is not tripped: it is late, it only restarts, it sends heartbeats less often than
 * configured, it reported a failure that is over. Once for each; the row notes what they know. And what bots and operators did
 * to a watch: they only mark it in the row, because a bot may write nothing else, and the audit log gets who, when and why.
 */

import type { WatchChange } from '../../../bot-row.ts';
import { type AuditEventType, METRICS } from '../../../contract.ts';
import type { Assessment } from '../../../core/heartbeat/assess-bot.ts';
import { type BotRow, type Observation, STARTS_IGNORED_FROM } from '../../../core/heartbeat/read-bot-row.ts';
import {
  changeNotifiedChange,
  failureOutdatedChange,
  lateNotifiedChange,
  nextCheckAt,
  notifiedChange,
  scheduleChange,
} from '../../../core/heartbeat/watch-changes.ts';
import { allowedTimes, configuredBot, timesProblem, type WatchTimes } from '../../../core/heartbeat/watch-times.ts';
import { proofNeededFrom } from '../../../core/heartbeat/watchdog-health.ts';
import { changeId, incidentId, isoMicros, isoMicrosOrNull } from '../../../core/invocation/identity.ts';
import type { LogEvent } from '../../../events.ts';
import { CALL_MS, logFailure, recordEvent, reportProblem } from '../report-problem.ts';
import type { TickContext } from '../tick-context.ts';

/** One restart may be an operator's. */
const RESTARTS_NOTIFIED_FROM = STARTS_IGNORED_FROM + 1;

export function notifyOfRestarts(tick: TickContext, row: BotRow, deadAtMs: number): void {
  const { botId, unprovenStarts, beat, workedAtMs, notifiedOf } = row;
  if (unprovenStarts < RESTARTS_NOTIFIED_FROM || beat === undefined || notifiedOf.restarts === beat) return;
  const message = `The bot ${botId} has been started ${unprovenStarts} times without a proof of work in between. Starts no longer count as heartbeats: it is liquidated at its deadline.`;
  once(tick, notifiedChange(row, 'told_restarts_for', beat), () =>
    reportProblem(tick, 'CRITICAL', 'BOT_RESTARTING', message, {
      event: 'bot_restarting',
      ...{ bot_id: botId, restarts: unprovenStarts, since: isoMicrosOrNull(workedAtMs), dead_at: isoMicros(deadAtMs) },
    } satisfies LogEvent<'bot_restarting'>),
  );
}

export function notifyOfTimes(tick: TickContext, row: BotRow): void {
  const { botId, times, notifiedOf } = row;
  const configured = configuredBot(tick.config, botId);
  const problem = configured && timesProblem(configured, times);
  if (problem === undefined || configured === undefined || times === undefined) return;
  const name = `${times.heartbeatMs}/${configured.heartbeatMs}`;
  if (notifiedOf.times === name) return;
  once(tick, notifiedChange(row, 'told_times_for', name), () =>
    reportProblem(tick, 'CRITICAL', 'BOT_TIMES_DIFFER', `The bot ${botId}: ${problem}`, {
      event: 'bot_times_differ',
      ...{ bot_id: botId, configured_dead_after_ms: configured.deadAfterMs, bot_heartbeat_ms: times.heartbeatMs },
      used_dead_after_ms: allowedTimes(configured, times).deadAfterMs,
    } satisfies LogEvent<'bot_times_differ'>),
  );
}

/** True when the failure was removed from the row. Never rejects. */
export async function notifyOfOutdatedFailure(tick: TickContext, row: BotRow): Promise<boolean> {
  const { botId, failure, lastBeatAtMs } = row;
  try {
    if ((await tick.bots.change(failureOutdatedChange(row), CALL_MS)) === undefined) return true;
  } catch (error) {
    const message = 'An outdated failure could not be removed from the row; the next check tries again';
    logFailure(tick, message, botId, error);
    return false;
  }
  const at = failure?.atMs === undefined ? '' : ` at ${isoMicros(failure.atMs)}`;
  const since = lastBeatAtMs === undefined ? '' : `, last at ${isoMicros(lastBeatAtMs)}`;
  const message = `The bot ${botId} reported its own failure${at} (${failure?.reason}), and has sent heartbeats since${since}. Its account is not liquidated for this report. Check the account.`;
  reportProblem(tick, 'CRITICAL', 'FAILURE_OUTDATED', message, {
    event: 'bot_report_outdated',
    ...{ bot_id: botId, reported_at: isoMicrosOrNull(failure?.atMs), reason: failure?.reason ?? 'no reason given' },
  } satisfies LogEvent<'bot_report_outdated'>);
  return true;
}

/** Whoever stores the mark notifies; if the table does not answer, the next check does. */
function once(tick: TickContext, change: ReturnType<typeof notifiedChange>, notify: () => void): void {
  const message = 'The mark of a notification could not be stored; the next check tries again, and then notifies';
  const noting = tick.bots.change(change, CALL_MS).then(
    noted => noted && notify(),
    error => logFailure(tick, message, change.botId, error),
  );
  tick.tally.background.push(noting.then(() => undefined));
}

export async function notifyLate(
  tick: TickContext,
  row: BotRow,
  observation: Observation,
  assessment: Assessment,
  times: WatchTimes,
): Promise<void> {
  const { ports } = tick;
  const isNotified = row.lateNotifiedFor === observation.beat;
  const nextCheckAtMs = nextCheckAt(proofNeededFrom(assessment.deadAtMs, times), ports.clock.nowMs());
  if (isNotified && row.nextCheckAtMs === nextCheckAtMs) return;
  const change = isNotified
    ? scheduleChange(row, { nextCheckAtMs, observation })
    : lateNotifiedChange(row, observation, nextCheckAtMs);
  try {
    const done = await tick.bots.change(change, CALL_MS);
    if (isNotified || done === undefined) return;
  } catch (error) {
    logFailure(tick, 'The late state of a bot was not stored in its row', row.botId, error);
    if (isNotified) return;
  }
  const about = { correlationId: incidentId(row.botId, assessment.deadAtMs), botId: row.botId, sealed: true };
  const data = {
    silent_since: isoMicros(assessment.silentSinceMs),
    late_at: isoMicros(assessment.lateAtMs),
    dead_at: isoMicros(assessment.deadAtMs),
    late_after_ms: times.lateAfterMs,
    dead_after_ms: times.deadAfterMs,
  };
  recordEvent(tick, about, { type: 'bot_late', operation: 'watch', level: 'WARN', data });
  // At once, because the tick may take longer than a minute, and the operator has less time.
  ports.telemetry.metric(METRICS.botsLate, 1, 'Count');
  ports.telemetry.flush();
}

/** False when it could not be marked as recorded: the next tick records it. Never rejects. */
export async function notifyChange(tick: TickContext, row: BotRow): Promise<boolean> {
  const { change, botId } = row;
  if (change === undefined || change.isRecorded) return true;
  try {
    const ours = await tick.bots.change(changeNotifiedChange(row), CALL_MS);
    if (ours === undefined) return true;
  } catch (error) {
    const message = 'A change of the watch is not in the audit log yet; the next run writes it';
    logFailure(tick, message, botId, error);
    return false;
  }
  const { kind, atMs, by, reason = null } = change;
  const { snoozedUntilMs, snoozePlan } = row;
  const data = {
    ...{ by, reason, at: isoMicros(atMs) },
    ...(kind === 'snoozed' && snoozedUntilMs !== undefined ? { until: isoMicros(snoozedUntilMs) } : {}),
    ...(kind === 'planned' ? { every: snoozePlan?.every ?? null, for_ms: snoozePlan?.forMs ?? null } : {}),
  };
  const about = { correlationId: changeId(botId, kind, atMs), botId, sealed: false };
  recordEvent(tick, about, { type: EVENTS[kind], operation: 'watch', data });
  return true;
}

const EVENTS = {
  armed: 'bot_armed',
  disarmed: 'bot_disarmed',
  rearmed: 'bot_rearmed',
  snoozed: 'bot_snoozed',
  planned: 'bot_snooze_planned',
  acknowledged: 'bot_acknowledged',
} as const satisfies Record<WatchChange, AuditEventType>;

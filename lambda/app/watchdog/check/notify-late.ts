/** Notifies people once per silence: in the tick that first marks the row, maybe twice if the mark fails. */

import { METRICS } from '../../../contract.ts';
import type { Assessment } from '../../../core/heartbeat/assess-bot.ts';
import type { BotRow, Observation } from '../../../core/heartbeat/read-bot-row.ts';
import { lateNotifiedChange, nextCheckAt, scheduleChange } from '../../../core/heartbeat/watch-changes.ts';
import type { WatchTimes } from '../../../core/heartbeat/watch-times.ts';
import { proofNeededFrom } from '../../../core/heartbeat/watchdog-health.ts';
import { incidentId, isoMicros } from '../../../core/invocation/identity.ts';
import { recordEvent } from '../audit-event.ts';
import { CALL_MS, logFailure } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';

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

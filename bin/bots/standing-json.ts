/** A bot's state, for programs. Instants are ISO texts, durations ms; null where there is none. */

import { isoOrNull } from '../terminal/numbers.ts';
import type { ListedBot, Watch } from './standings.ts';

/** Its description in `--help`. */
export const STANDING_SHAPE = [
  '{ bot_id, configured, condition: alive|waiting|unproven|late|dead|',
  '  snoozed|disarmed|tripped|never, run_id: null|text, unproven_starts,',
  '  last_beat_at, silent_ms, late_at, dead_at, snoozed_until,',
  '  snooze_plan: null|{ every, for_ms },',
  '  trip: null|{ at, correlation_id, lockout_until, locked_out,',
  '  refused_beat_at }, failure: null|{ at, reason }, last_change: null|{',
  '  kind, at, by, reason }, times: { heartbeat_ms, late_after_ms,',
  '  dead_after_ms }, problems: [sentence] }',
] as const;

export const standingJson = (standing: ListedBot): object => ({
  bot_id: standing.botId,
  configured: standing.configured,
  condition: standing.condition,
  run_id: standing.runId ?? null,
  unproven_starts: standing.unprovenStarts,
  last_beat_at: isoOrNull(standing.lastBeatAtMs),
  silent_ms: standing.silentMs === undefined ? null : Math.round(standing.silentMs),
  late_at: isoOrNull(standing.lateAtMs),
  dead_at: isoOrNull(standing.deadAtMs),
  snoozed_until: isoOrNull(standing.snoozedUntilMs),
  snooze_plan:
    standing.snoozePlan === undefined ? null : { every: standing.snoozePlan.every, for_ms: standing.snoozePlan.forMs },
  trip: tripJson(standing.trip),
  failure:
    standing.failure === undefined ? null : { at: isoOrNull(standing.failure.atMs), reason: standing.failure.reason },
  last_change: changeJson(standing.lastChange),
  times: {
    heartbeat_ms: standing.times.heartbeatMs,
    late_after_ms: standing.times.lateAfterMs,
    dead_after_ms: standing.times.deadAfterMs,
  },
  problems: standing.problems,
});

export const watchdogJson = ({ watchdog }: Watch): object => ({
  ticked_at: isoOrNull(watchdog.tickedAtMs),
  blind: watchdog.isBlind,
});

function tripJson(trip: ListedBot['trip']): object | null {
  if (trip === undefined) return null;
  return {
    at: isoOrNull(trip.atMs),
    correlation_id: trip.correlationId ?? null,
    lockout_until: isoOrNull(trip.lockoutUntilMs),
    locked_out: trip.lockedOut,
    refused_beat_at: isoOrNull(trip.refusedBeatAtMs),
  };
}

function changeJson(change: ListedBot['lastChange']): object | null {
  if (change === undefined) return null;
  return { kind: change.kind, at: isoOrNull(change.atMs), by: change.by, reason: change.reason ?? null };
}

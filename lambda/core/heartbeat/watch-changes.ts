/**
 * What the watchdog writes to a bot's row. Each change requires that what it was decided on is unchanged: of two ticks exactly
 * one acts, and a heartbeat, a snooze or a re-arm in between is never overwritten.
 */

import type { BotAttribute } from '../../bot-row.ts';
import { WATCH_SHARDS } from '../../contract.ts';
import type { BotRow, Observation } from './read-bot-row.ts';
import { type Requirement, type RowChange, unchanged, type Values } from './row-change.ts';
import { FAILURE, shardOf } from './row-values.ts';
import type { WatchTimes } from './watch-times.ts';

/** How long the tick that tripped a bot has to invoke the liquidator, before others do. */
export const INVOKE_GRACE_MS = 15_000;
export const LOCK_OUT_CHECK_EVERY_MS = 60_000;

interface TripClaim {
  readonly tickId: string;
  readonly correlationId: string;
  readonly deadlineMs: number;
  readonly nowMs: number;
  readonly lockoutMs: number;
}

/** From armed to tripped, if the heartbeat is still the one that was seen. */
export const tripChange = (
  row: BotRow,
  { tickId, correlationId, deadlineMs, nowMs, lockoutMs }: TripClaim,
): RowChange => ({
  botId: row.botId,
  doing: 'trip',
  requires: unchanged(row.fields, ACTIVITY),
  set: {
    watch_state: 'tripped',
    tripped_at_ms: Math.floor(nowMs),
    tripped_by: tickId,
    tripped_deadline_ms: Math.floor(deadlineMs),
    correlation_id: correlationId,
    lockout_until_ms: Math.floor(nowMs + lockoutMs),
    watch_shard: shardIn(row),
    next_check_at_ms: Math.floor(nowMs + INVOKE_GRACE_MS),
  },
  remove: ['invoked_at_ms', 'sentinel_minute', 'refused_beat_at_ms', 'refused_run_id'],
});

/** They change when the bot is active or fails, or when its watch is changed. */
const ACTIVITY: readonly BotAttribute[] = [
  ...(['watch_state', 'beats', 'last_beat_at_ms', 'run_id', 'worked_at_ms', 'waiting_since_ms'] as const),
  ...(['failed_at_ms', 'tripped_at_ms'] as const),
  ...(['snoozed_until_ms', 'snooze_every', 'snooze_every_for_ms'] as const),
];

/** For a tripped bot whose `watch_state` somebody has changed. */
export const tripRestoredChange = (row: BotRow): RowChange => ({
  botId: row.botId,
  doing: 'restore the trip of',
  requires: unchanged(row.fields, ['watch_state', 'tripped_at_ms']),
  set: { watch_state: 'tripped' },
});

/** The liquidator accepted the event. */
export const invokedChange = (row: BotRow, nowMs: number, nextCheckAtMs: number): RowChange => ({
  botId: row.botId,
  doing: 'note the invocation for',
  requires: sameTrip(row),
  ...scheduled(row, nextCheckAtMs, { invoked_at_ms: Math.floor(nowMs) }),
});

/** One lock-out check per minute, by the first tick. */
export const lockOutCheckChange = (row: BotRow, minute: number, nextCheckAtMs: number): RowChange => ({
  botId: row.botId,
  doing: 'claim the lock-out check of',
  requires: [...sameTrip(row), { kind: 'below', attribute: 'sentinel_minute', value: minute }],
  ...scheduled(row, nextCheckAtMs, { sentinel_minute: minute }),
});

/** When to check next: at `wantedMs`, but after five minutes at most, because times may be changed or edited. */
export const nextCheckAt = (wantedMs: number, nowMs: number): number =>
  Math.min(wantedMs, nowMs + LONGEST_UNCHECKED_MS);
export const LONGEST_UNCHECKED_MS = 5 * 60_000;

/** One notification per silence. */
export const lateNotifiedChange = (row: BotRow, observation: Observation, nextCheckAtMs: number): RowChange => ({
  botId: row.botId,
  doing: 'note the lateness of',
  requires: [
    ...unchanged(row.fields, ACTIVITY),
    { kind: 'none-of', attribute: 'late_told_for', values: [observation.beat] },
  ],
  ...scheduled(row, nextCheckAtMs, { ...memoryOf(observation), late_told_for: observation.beat }),
});

/**
 * When to check next; undefined takes the bot out of the index. A heartbeat in between does not matter; a request for an
 * earlier check wins. `snoozedUntilMs` cuts a snooze that is too long; `isBack`: a late bot reports again; `exclusive` and
 * `asked` (its times) are of the configuration.
 */
export const scheduleChange = (
  row: BotRow,
  {
    nextCheckAtMs,
    observation,
    snoozedUntilMs,
    isBack = false,
    exclusive = row.isExclusive,
    asked,
  }: {
    readonly nextCheckAtMs: number | undefined;
    readonly observation?: Observation | undefined;
    readonly snoozedUntilMs?: number | undefined;
    readonly isBack?: boolean;
    readonly exclusive?: boolean;
    readonly asked?: WatchTimes | undefined;
  },
): RowChange => ({
  botId: row.botId,
  doing: 'schedule the next check of',
  requires: unchanged(row.fields, [
    ...(['watch_state', 'next_check_at_ms', 'failed_at_ms', 'snoozed_until_ms'] as const),
    ...(['tripped_at_ms', 'changed_at_ms'] as const),
    ...(isBack ? (['late_told_for'] as const) : []),
  ]),
  ...scheduled(
    row,
    nextCheckAtMs,
    {
      ...(observation === undefined ? {} : memoryOf(observation)),
      ...(snoozedUntilMs === undefined ? {} : { snoozed_until_ms: Math.floor(snoozedUntilMs) }),
      ...(exclusive ? { is_exclusive: 1 } : {}),
      ...(asked && askedIn(asked)),
    },
    [
      ...(isBack ? (['late_told_for'] as const) : []),
      ...(!exclusive && row.isExclusive ? (['is_exclusive'] as const) : []),
    ],
  ),
});

/** The configured times, as the row has them. */
export const askedIn = ({ heartbeatMs, lateAfterMs, deadAfterMs }: WatchTimes) => ({
  asked_heartbeat_ms: heartbeatMs,
  asked_late_after_ms: lateAfterMs,
  asked_dead_after_ms: deadAfterMs,
});

/** People were notified that the bot only restarts, or declares other times; once for each. */
export const notifiedChange = (
  row: BotRow,
  attribute: 'told_restarts_for' | 'told_times_for',
  of: string,
): RowChange => ({
  botId: row.botId,
  doing: 'note what people know of',
  requires: [...unchanged(row.fields, ['watch_state']), { kind: 'none-of', attribute, values: [of] }],
  set: { [attribute]: of },
});

/** A reported failure that was followed by heartbeats: people were notified, and nothing is closed. */
export const failureOutdatedChange = (row: BotRow): RowChange => ({
  botId: row.botId,
  doing: 'take back the failure of',
  requires: unchanged(row.fields, ['watch_state', 'failed_at_ms', 'failed_call_id']),
  set: { told_failure_at_ms: row.fields.failed_at_ms ?? null },
  remove: FAILURE,
});

/** The audit log has the row's last change. The tick that marks it writes it. */
export const changeNotifiedChange = (row: BotRow): RowChange => ({
  botId: row.botId,
  doing: 'note that the audit log has the change of',
  requires: unchanged(row.fields, ['last_change', 'changed_at_ms', 'told_change_at_ms']),
  set: { told_change_at_ms: row.fields.changed_at_ms ?? null },
});

/** Puts a bot back into the index. */
export const backInIndexChange = (row: BotRow): RowChange => ({
  botId: row.botId,
  doing: 'put back into the index',
  requires: unchanged(row.fields, ['watch_state', 'watch_shard', 'next_check_at_ms']),
  set: { watch_shard: shardOf(row.botId), next_check_at_ms: 0 },
});

/** Not `watch_state`: a bot may write it, and could prevent its lock-out checks. */
const sameTrip = (row: BotRow): readonly Requirement[] => unchanged(row.fields, ['tripped_at_ms', 'correlation_id']);

const memoryOf = ({ beat, firstSeenAtMs, notBeforeMs }: Observation): Values => ({
  seen_beat: beat,
  seen_at_ms: firstSeenAtMs,
  seen_after_ms: notBeforeMs,
});

const INDEX: readonly BotAttribute[] = ['watch_shard', 'next_check_at_ms'];

function scheduled(
  row: BotRow,
  nextCheckAtMs: number | undefined,
  set: Values,
  remove: readonly BotAttribute[] = [],
): Pick<RowChange, 'set' | 'remove'> {
  if (nextCheckAtMs === undefined) return { set, remove: [...INDEX, ...remove] };
  const scheduledSet = { ...set, watch_shard: shardIn(row), next_check_at_ms: Math.ceil(nextCheckAtMs) };
  return remove.length === 0 ? { set: scheduledSet } : { set: scheduledSet, remove };
}

/** A shard that ticks query is kept, even if it is not the ID's own. */
const shardIn = ({ botId, fields: { watch_shard } }: BotRow): number =>
  isQueriedShard(watch_shard) ? watch_shard : shardOf(botId);

export const isQueriedShard = (shard: unknown): shard is number =>
  typeof shard === 'number' && Number.isInteger(shard) && shard >= 0 && shard < WATCH_SHARDS;

/**
 * A bot's row in the table `bots`: its states, its attributes, and every write that a bot's client makes to it.
 * docs/heartbeat-protocol.md explains the writes.
 */

export const WATCH_STATES = ['armed', 'disarmed', 'tripped'] as const;
export type WatchState = (typeof WATCH_STATES)[number];

/** The last change of the watch by an operator or by the bot. The watchdog writes it into the audit log. */
export const WATCH_CHANGES = ['armed', 'disarmed', 'rearmed', 'snoozed', 'planned', 'acknowledged'] as const;
export type WatchChange = (typeof WATCH_CHANGES)[number];

/** The watchdog's own row in the table `bots`. No bot can have this ID. */
export const WATCHDOG_ROW = '#watchdog';

/** In `prior_run_id` when there was no run before. */
export const NO_RUN = 'none';

/** All attributes of the table `bots` but its key. None is a reserved word; instants are whole epoch milliseconds. */
export const BOT_ATTRIBUTES = [
  // written by each heartbeat
  'watch_state',
  'last_beat_at_ms',
  /** Changes with each heartbeat of a run: a new number is a new heartbeat, whatever the bot's clock is. */
  'beats',
  'heartbeat_ms',
  'late_after_ms',
  'dead_after_ms',
  // the configured times, for clients; written by the watchdog
  'asked_heartbeat_ms',
  'asked_late_after_ms',
  'asked_dead_after_ms',
  // the runs
  /** The run whose heartbeats count. */
  'run_id',
  /** The run that it replaced. */
  'prior_run_id',
  /** The last heartbeat with a proof of work. */
  'worked_at_ms',
  /** Starts since then. */
  'unproven_starts',
  /** When an operator armed it, if no heartbeat came since. */
  'waiting_since_ms',
  /** When an operator armed or re-armed it; restarts before that do not count. */
  'armed_at_ms',
  /** 1: a second run may not take over while the first one sends heartbeats. Set by the watchdog from the configuration. */
  'is_exclusive',
  'refused_beat_at_ms',
  'refused_run_id',
  // the index `due`; 0 means "check at the next tick"
  'watch_shard',
  'next_check_at_ms',
  // who changed the watch, when and why, and the last change that the audit log has
  'last_change',
  'changed_at_ms',
  'changed_by',
  'change_reason',
  'told_change_at_ms',
  'snoozed_until_ms',
  /** A weekly snooze: `Sun 02:00 UTC`, and how long it lasts. */
  'snooze_every',
  'snooze_every_for_ms',
  // the bot reports its own failure
  'failed_at_ms',
  'failed_reason',
  /** The call of the liquidator that the mark belongs to. */
  'failed_call_id',
  /** The last call whose mark was withdrawn. */
  'withdrawn_call_id',
  // which heartbeat the watchdog saw, when first, and before when it cannot have come
  'seen_beat',
  'seen_at_ms',
  'seen_after_ms',
  /** The watchdog's last write that proved that the row can be written. */
  'proven_at_ms',
  // what people were notified of
  'late_told_for',
  'told_restarts_for',
  'told_times_for',
  'told_failure_at_ms',
  // the trip, named by its correlation ID. No bot may write these: while `tripped_at_ms` is there the bot is tripped
  'tripped_at_ms',
  'tripped_by',
  'tripped_deadline_ms',
  'correlation_id',
  'lockout_until_ms',
  'invoked_at_ms',
  'sentinel_minute',
  // of the watchdog's own row
  'ticked_at_ms',
  /** Since when, and until when, its reads and writes worked without a failure. */
  'healthy_since_ms',
  'healthy_at_ms',
  /** A digest of the configured times; after a change all bots are checked. */
  'times_digest',
  // of the canary's row: when its last death was checked, and the result
  'canary_judged_at_ms',
  'canary_took_ms',
  'canary_problems',
  // of the rows of ping URLs (core/heartbeat/ping.ts)
  'ping_token_hash',
  'ping_token_at_ms',
  'ping_token_by',
  /** After a rotation: the old one, and until when it is valid. */
  'ping_prior_hash',
  'ping_prior_until_ms',
] as const;
export type BotAttribute = (typeof BOT_ATTRIBUTES)[number];

const BEAT_VALUES =
  'last_beat_at_ms = :last_beat_at_ms, beats = :beats, heartbeat_ms = :heartbeat_ms, ' +
  'late_after_ms = :late_after_ms, dead_after_ms = :dead_after_ms';
/** Only if the bot was taken out of the index by hand. */
const IN_INDEX =
  'watch_shard = if_not_exists(watch_shard, :watch_shard), next_check_at_ms = if_not_exists(next_check_at_ms, :next_check_at_ms)';
const NEW_RUN = 'prior_run_id = if_not_exists(run_id, :no_run)';
const ONE_MORE_START = 'unproven_starts = if_not_exists(unproven_starts, :zero) + :one';
const IS_ARMED = '(attribute_not_exists(watch_state) OR NOT watch_state IN (:tripped, :disarmed))';
const IS_NEW_RUN =
  '(attribute_not_exists(run_id) OR run_id <> :run_id) AND (attribute_not_exists(prior_run_id) OR prior_run_id <> :run_id)';
const MARK = 'failed_at_ms, failed_reason, failed_call_id';

/**
 * What a bot's client writes into its own row, as UpdateItem takes it. Values are `:name` of the attribute; constants are
 * `:armed`, `:disarmed`, `:tripped` (the states as texts), `:zero` 0, `:one` 1, `:no_run` NO_RUN; `:seen_name` is what an
 * earlier answer showed. `watch_shard` is the sum of the bot ID's character codes modulo WATCH_SHARDS;
 * `next_check_at_ms` is 0, so that only the watchdog's clock decides when it checks.
 *
 *   new run ── takeOver ── refused ── start ── refused ── wait ── refused ── whyRefused
 *   running ── beat, beatWithoutProof ── refused ── whyRefused: the row in the answer says why
 *   ending ─── disarm · fail ── withdraw ── refused ── forestall
 */
export const BOT_WRITES = {
  /** A new run of an armed bot replaces the run before. A start is no proof of work. */
  takeOver: {
    update: `SET ${BEAT_VALUES}, run_id = :run_id, ${IN_INDEX}, ${NEW_RUN}, ${ONE_MORE_START} REMOVE waiting_since_ms, refused_beat_at_ms, refused_run_id`,
    condition: `attribute_exists(bot_id) AND ${IS_ARMED} AND ${IS_NEW_RUN} AND (attribute_not_exists(is_exclusive) OR attribute_not_exists(run_id))`,
  },
  /** takeOver if the row has `is_exclusive`: only if no heartbeat came since the row was read. */
  takeOverSilent: {
    update: `SET ${BEAT_VALUES}, run_id = :run_id, ${IN_INDEX}, ${NEW_RUN}, ${ONE_MORE_START} REMOVE waiting_since_ms, refused_beat_at_ms, refused_run_id`,
    condition: `attribute_exists(bot_id) AND ${IS_ARMED} AND ${IS_NEW_RUN} AND run_id = :seen_run_id AND beats = :seen_beats AND last_beat_at_ms = :seen_last_beat_at_ms`,
  },
  /** A new run of a bot that is unknown or disarmed: arms it. */
  start: {
    update:
      `SET ${BEAT_VALUES}, run_id = :run_id, watch_state = :watch_state, watch_shard = :watch_shard, ` +
      'next_check_at_ms = :next_check_at_ms, last_change = :last_change, changed_at_ms = :changed_at_ms, ' +
      `changed_by = :changed_by, ${NEW_RUN}, ${ONE_MORE_START} ` +
      'REMOVE change_reason, waiting_since_ms, refused_beat_at_ms, refused_run_id, ' +
      `${MARK}, seen_beat, seen_at_ms, seen_after_ms, late_told_for`,
    condition: `(attribute_not_exists(watch_state) OR NOT watch_state IN (:armed, :tripped)) AND ${IS_NEW_RUN}`,
  },
  /** A new run of a tripped bot. Its heartbeats count once an operator has re-armed the bot. */
  wait: {
    update: `SET run_id = :run_id, refused_beat_at_ms = :refused_beat_at_ms, refused_run_id = :refused_run_id, ${NEW_RUN}`,
    condition: `watch_state = :tripped AND ${IS_NEW_RUN}`,
  },
  /** A heartbeat with a proof of work. */
  beat: {
    update: `SET ${BEAT_VALUES}, worked_at_ms = :worked_at_ms, ${IN_INDEX} REMOVE waiting_since_ms, unproven_starts`,
    condition: `${IS_ARMED} AND run_id = :run_id`,
  },
  /** A heartbeat without a proof of work. */
  beatWithoutProof: {
    update: `SET ${BEAT_VALUES}, ${IN_INDEX} REMOVE waiting_since_ms`,
    condition: `${IS_ARMED} AND run_id = :run_id`,
  },
  /** With ReturnValues ALL_NEW: the row says why a write was refused. Notes that this run still lives. */
  whyRefused: {
    update: 'SET refused_beat_at_ms = :refused_beat_at_ms, refused_run_id = :refused_run_id',
    condition: 'attribute_exists(bot_id)',
  },
  /** A clean end of the run. A snooze stays: an upgraded bot ends and starts. */
  disarm: {
    update:
      'SET watch_state = :watch_state, watch_shard = :watch_shard, next_check_at_ms = :next_check_at_ms, ' +
      'last_change = :last_change, changed_at_ms = :changed_at_ms, changed_by = :changed_by, ' +
      `change_reason = :change_reason REMOVE ${MARK}, late_told_for, waiting_since_ms, unproven_starts`,
    condition: `${IS_ARMED} AND run_id = :run_id`,
  },
  /** The run failed, and its call of the liquidator was not answered: the next tick trips the bot. */
  fail: {
    update:
      'SET failed_at_ms = :failed_at_ms, failed_reason = :failed_reason, failed_call_id = :failed_call_id, ' +
      'watch_shard = :watch_shard, next_check_at_ms = :next_check_at_ms',
    condition: `${IS_ARMED} AND run_id = :run_id AND (attribute_not_exists(withdrawn_call_id) OR withdrawn_call_id <> :failed_call_id)`,
  },
  /** Withdraws the mark of this call, whichever run is current. */
  withdraw: {
    update: `SET withdrawn_call_id = :withdrawn_call_id REMOVE ${MARK}`,
    condition: `${IS_ARMED} AND failed_call_id = :withdrawn_call_id`,
  },
  /** The mark of this call is not in the row, but may be on its way: refuse it when it arrives. */
  forestall: {
    update: 'SET withdrawn_call_id = :withdrawn_call_id',
    condition: `attribute_exists(bot_id) AND ${IS_ARMED} AND (attribute_not_exists(failed_call_id) OR failed_call_id <> :withdrawn_call_id)`,
  },
} as const;
export type BotWrite = keyof typeof BOT_WRITES;

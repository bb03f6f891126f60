/**
 * The codes of the log events that people are notified of. Such a log line has `event: <code>`; the notifier's subscription
 * filter and the notifier match only the code, so that every sentence can change.
 *
 *   telemetry.log('WARN', 'any sentence', { event: 'bot_recovered', bot_id, last_beat } satisfies LogEvent<'bot_recovered'>)
 *
 * To add one: add its fields to LogEventFields (a code begins with a family of NOTIFIED_EVENTS_PATTERN), log it, and
 * write its notification in lambda/views/messages. A CRITICAL line without a code is notified as it stands.
 */

import type { AnswerError, AuditEventType, PreflightCheck, Remaining } from './contract.ts';

/** The code of a line that people are not notified of, whatever its level. */
export const NOT_NOTIFIED = 'detail';

/** Records of the audit log; `event` of their log line is the same as `event_type`. */
export const NOTIFIED_RECORDS = [
  'liquidation_completed',
  'liquidation_partial',
  'liquidation_failed',
  'liquidation_skipped',
  'bot_late',
  'bot_dead',
  'bot_armed',
  'bot_disarmed',
  'bot_rearmed',
  'bot_snoozed',
  'bot_snooze_planned',
  'bot_acknowledged',
] as const satisfies readonly AuditEventType[];
export type NotifiedRecord = (typeof NOTIFIED_RECORDS)[number];

/** `data` of the record; instants are ISO 8601 in UTC, amounts decimal strings. */
export interface NotifiedRecordData {
  readonly liquidation_completed: EndData;
  readonly liquidation_partial: EndData;
  readonly liquidation_failed: EndData;
  readonly liquidation_skipped: {
    readonly trigger: string;
    readonly reason: string | null;
    /** What switched it off, and how to switch it on. */
    readonly by: string;
    readonly dry_run?: boolean;
  };
  readonly bot_late: {
    readonly silent_since: string;
    readonly late_at: string;
    readonly dead_at: string;
    readonly late_after_ms: number;
    readonly dead_after_ms: number;
  };
  readonly bot_dead: {
    readonly reason: string;
    readonly cause: 'silence' | 'failure';
    readonly deadline: string | null;
    readonly last_beat: string | null;
    readonly tripped_at: string | null;
    readonly lockout_until: string | null;
    readonly in_configuration: boolean;
    readonly taken_over: boolean;
  };
  readonly bot_armed: WatchChangeData;
  readonly bot_disarmed: WatchChangeData;
  readonly bot_rearmed: WatchChangeData;
  readonly bot_snoozed: WatchChangeData & { readonly until?: string };
  /** `every`: `Sun 02:00 UTC`; null: no more. */
  readonly bot_snooze_planned: WatchChangeData & { readonly every: string | null; readonly for_ms: number | null };
  readonly bot_acknowledged: WatchChangeData;
}

/** The end of an attempt. */
export interface EndData {
  readonly headline: string;
  readonly trigger: string;
  readonly reason?: string | null;
  /** Absent: the whole account. */
  readonly symbols?: readonly string[];
  readonly dry_run?: boolean;
  readonly positions_closed: number;
  readonly orders_cancelled: number;
  readonly total_realized_pnl: string | null;
  readonly pnl_is_estimate: boolean;
  /** By asset. */
  readonly commissions: Readonly<Record<string, string>>;
  /** Attempts so far, this one included. */
  readonly attempts: number;
  readonly first_started_at: string;
  /** Headline of the attempt before. */
  readonly prior_headline?: string | null;
  /** When the next attempt starts; absent or null: there is none. */
  readonly resumes_at?: string | null;
  readonly retries_until?: string | null;
  readonly remaining: Remaining;
  readonly errors: readonly AnswerError[];
}

/** Clients sign with `bot`: those changes are routine, and nobody is notified. */
export interface WatchChangeData {
  readonly by: string | undefined;
  readonly reason: string | null;
  readonly at: string;
}

/** Log events that are no records of the audit log, with the fields of their lines. */
export interface LogEventFields {
  /** An event was refused and nothing was done. */
  readonly event_refused: { readonly problems: readonly string[] };
  /** The liquidator failed unexpectedly; it is not known what was done. */
  readonly liquidator_failed: { readonly error: unknown };
  /** A bot that was late reports again. */
  readonly bot_recovered: { readonly bot_id: string; readonly last_beat: string | null };
  /** A bot starts again and again without a proof of work in between. */
  readonly bot_restarting: {
    readonly bot_id: string;
    readonly restarts: number;
    /** The last proof of work; null: none yet. */
    readonly since: string | null;
    readonly dead_at: string;
  };
  /** Configuration and bot disagree on the times; the slower of both counts until the bot is restarted. */
  readonly bot_times_differ: {
    readonly bot_id: string;
    readonly configured_dead_after_ms: number;
    readonly bot_heartbeat_ms: number;
    readonly used_dead_after_ms: number;
  };
  /** A failure that the bot reported was not acted on, because heartbeats came long after it. */
  readonly bot_report_outdated: {
    readonly bot_id: string;
    readonly reported_at: string | null;
    readonly reason: string;
  };
  /** An operator must act; `code` is one of error-codes.ts. */
  readonly watchdog_problem: {
    readonly code: string;
    readonly heading: string;
    readonly bot_id?: string;
    readonly correlation_id?: string;
  };
  /** Heartbeats of these bots could not be stored for a while, so their state is unknown. Repeated each minute. */
  readonly watchdog_blind: {
    /** Their earliest deadline. */
    readonly since: string;
    readonly bot_ids: readonly string[];
    readonly why: string;
  };
  readonly preflight_not_ready: { readonly bot_id: string; readonly checks: readonly PreflightCheck[] };
  readonly preflight_recovered: { readonly bot_id: string };
  /** The configuration is missing or invalid; safe defaults are used. */
  readonly configuration_invalid: { readonly findings?: readonly string[] };
  /** A variable of the function's environment is missing. */
  readonly deployment_incomplete: { readonly variable: string };
  /** Once a day: becomes the daily message. */
  readonly daily_status: DailyStatus;
  /** The chain from the canary's deadline to the dry run failed somewhere. */
  readonly canary_failed: { readonly problems: readonly string[] };
  /** Of a CRITICAL line in addition to one of the events above. */
  readonly [NOT_NOTIFIED]: Readonly<Record<string, unknown>>;
}

/**
 * Whether the watcher's mail would arrive. `pending`: the address has not confirmed; `gone`: it is not subscribed;
 * `missing`: its stack is not deployed; `unknown`: AWS in its region did not say.
 */
export type WatcherReach = 'confirmed' | 'pending' | 'gone' | 'missing' | 'unknown';

/** Instants are ISO 8601 in UTC. */
export interface DailyStatus {
  readonly bots_configured: number;
  readonly bots_watched: number;
  readonly bots_not_watched: readonly string[];
  readonly last_beat: string | null;
  readonly last_tick: string | null;
  /** Of all bots, the oldest preflight that passed. */
  readonly oldest_preflight: string | null;
  readonly preflight_missing: readonly string[];
  readonly subscriptions_confirmed: number;
  readonly subscriptions_pending: number;
  /** The configuration names a mail address, and it is not among the subscriptions, not even unconfirmed. */
  readonly mail_not_subscribed: boolean;
  readonly mail_can_be_unsubscribed_by_link: boolean;
  readonly watcher: WatcherReach | 'off';
  /** Null without a watcher. */
  readonly watcher_region: string | null;
  readonly canary: 'passed' | 'failed' | 'off';
  readonly canary_took_ms: number | null;
}

export type LogEventCode = keyof LogEventFields;

/** The fields of one log call: `{ event: code, …fields }`. */
export type LogEvent<Code extends LogEventCode> = { readonly event: Code } & LogEventFields[Code];

/** Every code that a line's `event` may have. */
export type EventCode = NotifiedRecord | LogEventCode;

/**
 * The log lines that the notifier gets: each event above, and critical ones. CloudWatch Logs (User Guide, "Filter pattern
 * syntax", JSON log events) allows 1,024 characters, hence families.
 */
export const NOTIFIED_EVENTS_PATTERN =
  '{ ($.level = "CRITICAL")' +
  ' || ($.event = "event_*")' +
  ' || ($.event = "liquidation_*")' +
  ' || ($.event = "liquidator_*")' +
  ' || ($.event = "bot_*")' +
  ' || ($.event = "watchdog_*")' +
  ' || ($.event = "preflight_*")' +
  ' || ($.event = "configuration_*")' +
  ' || ($.event = "deployment_*")' +
  ' || ($.event = "daily_*")' +
  ' || ($.event = "canary_*") }';

/** Names that infrastructure, functions, clients and tools share: variables, tables, events, answers, metrics. Imports nothing. */

/** The functions' environment. `EMERGENCY_LIQUIDATION_DISABLED=true` is the documented rollback. */
export const ENV = {
  config: 'FLATLINE_CONFIG',
  liquidationsTable: 'FLATLINE_LIQUIDATIONS_TABLE',
  auditTable: 'FLATLINE_AUDIT_TABLE',
  botsTable: 'FLATLINE_BOTS_TABLE',
  liquidator: 'FLATLINE_LIQUIDATOR',
  /** ARN of the topic on which messages are published. */
  alertTopic: 'FLATLINE_ALERT_TOPIC',
  /** Bucket of the audit log's copy. */
  trailCopyBucket: 'FLATLINE_TRAIL_BUCKET',
  /** URL of the queue in which log lines wait for the notifier. */
  notificationQueue: 'FLATLINE_NOTIFICATION_QUEUE',
  /** Name of the secret that holds the chat's webhook address. */
  chatSecret: 'FLATLINE_CHAT_SECRET',
  /** Namespace of the metrics: the name of the stack. */
  namespace: 'FLATLINE_NAMESPACE',
  /** Which flatline was deployed, for people: `0.2.0 (34ac6d5)`. */
  version: 'FLATLINE_VERSION',
  /** Where bots ping; absent without `ping_url`. */
  pingUrl: 'FLATLINE_PING_URL',
  /** ARN of the watcher's topic, in its own region; absent without `watcher_region`. */
  watcherTopic: 'FLATLINE_WATCHER_TOPIC',
  /** Of the watcher: the watched region, and the watchdog there. */
  watchedRegion: 'FLATLINE_WATCHED_REGION',
  watchedFunction: 'FLATLINE_WATCHED_FUNCTION',
  disabled: 'EMERGENCY_LIQUIDATION_DISABLED',
} as const;

/** What the liquidator is deployed with: one whole CPU (AWS Lambda, "Configure function memory"), and time to wait for a limit. */
export const LIQUIDATOR_SIZE = { timeoutSeconds: 90, memoryMb: 1_769 } as const;

export const ACTIONS = ['liquidate', 'preflight'] as const;

/** Who started a liquidation, as the caller says. */
export const TRIGGERS = [
  'shutdown',
  'SIGTERM',
  'SIGINT',
  'error',
  'watchdog',
  'sentinel',
  'alarm',
  'manual',
  'drill',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

export const STATES = ['idle', 'in_progress', 'completed', 'partial', 'failed', 'skipped'] as const;
export type AnswerState = (typeof STATES)[number];

/** The states in which an invocation ends. */
export type FinalState = Exclude<AnswerState, 'idle' | 'in_progress'>;

export const DEFAULT_BOT_ID = 'default';
export const BOT_ID_PATTERN = /^[a-z0-9-]{1,40}$/;
export const CORRELATION_ID_PATTERN = /^liq_\d{8}_\d{6}_[0-9a-f]{6,32}$/;
export const REASON_MAX_CHARS = 500;

/** Keys of the tables. None of them is a DynamoDB reserved word. */
export const TABLE_KEYS = {
  liquidations: { partition: 'correlation_id' },
  audit: { partition: 'correlation_id', sort: 'at_seq' },
  bots: { partition: 'bot_id' },
} as const;

/**
 * Sparse indexes (keys only, numbers): a row without both attributes is not in them. `due`: bots by their next check;
 * `unfinished`: liquidations by the time to resume them; `recent`: all liquidations by their first claim.
 */
export const INDEXES = {
  due: { name: 'due', partition: 'watch_shard', sort: 'next_check_at_ms' },
  unfinished: { name: 'unfinished', partition: 'resume_shard', sort: 'resume_at_ms' },
  recent: { name: 'recent', partition: 'recent_shard', sort: 'first_started_at_ms' },
} as const;

/** A bot's row belongs to the shard that its ID hashes to; liquidations are few and share one. */
export const WATCH_SHARDS = 10;
export const RESUME_SHARD = 0;
export const RECENT_SHARD = 0;

/** Then DynamoDB's TTL (attribute `expires_at`, epoch seconds) deletes a record. */
export const RECORD_RETENTION_DAYS = 400;

export const AUDIT_EVENT_TYPES = [
  'liquidation_started',
  'liquidation_skipped',
  'liquidation_positions_queried',
  'liquidation_orders_cancelled',
  'liquidation_position_closed',
  'liquidation_position_close_failed',
  'liquidation_completed',
  'liquidation_partial',
  'liquidation_failed',
  'liquidation_timeout',
  'liquidation_duplicate',
  'liquidation_resumed',
  'bot_armed',
  'bot_disarmed',
  'bot_late',
  'bot_dead',
  'bot_rearmed',
  'bot_snoozed',
  'bot_snooze_planned',
  'bot_acknowledged',
  'preflight_passed',
  'preflight_failed',
  'configuration_loaded',
] as const;
export type AuditEventType = (typeof AUDIT_EVENT_TYPES)[number];

/** Exactly one of these ends every path of an invocation. */
export const FINAL_EVENT_TYPES = [
  'liquidation_completed',
  'liquidation_partial',
  'liquidation_failed',
  'liquidation_skipped',
  'liquidation_duplicate',
] as const satisfies readonly AuditEventType[];

/** `heading`: of the remedy in docs/troubleshooting.md. */
export interface AnswerError {
  readonly code: string;
  readonly message: string;
  readonly heading: string;
  readonly symbol?: string;
  /** Where the account has more markets than USDⓈ-M. */
  readonly market?: 'usdm' | 'coinm';
  /** What is known about the request after the failure. */
  readonly known?: 'refused' | 'throttled' | 'unreached' | 'unknown';
  readonly exchange_code?: number;
  readonly http_status?: number;
}

export interface RemainingPosition {
  readonly symbol: string;
  /** Where the account has more markets than USDⓈ-M. In `coinm` amounts are contracts. */
  readonly market?: 'usdm' | 'coinm';
  readonly position_side: 'BOTH' | 'LONG' | 'SHORT';
  /** Signed decimal string, as the exchange wrote it. */
  readonly amount: string;
  readonly notional: string;
  /** Stops on the losing side of the mark; null: the list was not read. */
  readonly protective_orders: number | null;
}

/** By the last read. `verified: false`: it was not complete, or something was sent after it. */
export interface Remaining {
  readonly verified: boolean;
  /** When that read was requested (UTC); null: the positions were never read. */
  readonly seen_at: string | null;
  readonly positions: readonly RemainingPosition[];
  readonly orders: number;
}

export interface MarketAnswer {
  readonly market: 'usdm' | 'coinm';
  /** For people: `USDⓈ-M`, `COIN-M`, `portfolio margin UM`, `portfolio margin CM`. */
  readonly title: string;
  /** Whether it is in `markets`. One that is not covered is only read. */
  readonly covered: boolean;
  /** Proven flat; null: not proven either way. */
  readonly flat: boolean | null;
  /** As last seen; null: not known. */
  readonly positions: number | null;
  /** As last seen; null: not known. Those of a market that is not covered are not counted (`MARKET_NOT_COVERED` names them). */
  readonly orders: number | null;
}

export interface PlannedAction {
  readonly symbol: string;
  readonly notional: string;
  readonly cancel_orders: number;
  readonly cancel_conditional_entries: number;
  readonly cancel_protective_after_close: number;
  readonly closes: readonly {
    readonly side: 'BUY' | 'SELL';
    readonly position_side: string;
    readonly quantity: string;
  }[];
  readonly not_closable?: string;
}

/** The liquidator's answer. The result comes first, for readers in the console. */
export interface Answer {
  readonly headline: string;
  readonly state: AnswerState;
  readonly success: boolean;
  readonly correlation_id: string | null;
  readonly bot_id: string | null;
  readonly trigger: Trigger | null;
  readonly positions_closed: number;
  readonly positions_failed: number;
  readonly orders_cancelled: number;
  /** Decimal string, when there is one asset; null when there are several. */
  readonly total_realized_pnl: string | null;
  /** By margin asset, decimal strings. */
  readonly realized_pnl: Readonly<Record<string, string>>;
  /** True if any figure is not proven by fills. */
  readonly pnl_is_estimate: boolean;
  /** Commission by asset, decimal strings, as the exchange wrote the sign. */
  readonly commissions: Readonly<Record<string, string>>;
  /** Of this attempt. */
  readonly duration_seconds: number;
  /** From the first call to the first of the reads that proved it flat. Absent otherwise, and in older answers. */
  readonly flat_after_seconds?: number;
  readonly rounds: number;
  readonly errors: readonly AnswerError[];
  readonly warnings: readonly AnswerError[];
  readonly remaining: Remaining;
  /** What "flat" covers, and what it does not. Absent if the exchange was not called, and in older answers. */
  readonly markets?: readonly MarketAnswer[];
  readonly replayed: boolean;
  readonly dry_run: boolean;
  readonly plan?: readonly PlannedAction[];
  /** Fencing token of this attempt; 0 when the lock could not be reached. */
  readonly attempt: number;
  readonly started_at: string;
  readonly finished_at: string;
}

/** `heading`: of the remedy, if it is not ok. */
export interface PreflightCheck {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
  readonly duration_ms: number;
  readonly heading?: string;
}

/** As deployed. */
interface DeployedTimes {
  readonly heartbeat_ms: number;
  readonly late_after_ms: number;
  readonly dead_after_ms: number;
}

/** The answer to `action: preflight`. `ready` is false if any check failed. */
export interface PreflightAnswer {
  readonly headline: 'READY' | 'READY, WITH WARNINGS' | 'NOT READY';
  readonly ready: boolean;
  readonly correlation_id: string;
  readonly bot_id: string;
  readonly checks: readonly PreflightCheck[];
  /** What a liquidation would do now. */
  readonly plan: readonly PlannedAction[];
  /** For clients. */
  readonly times?: DeployedTimes;
  readonly duration_seconds: number;
  readonly started_at: string;
  readonly finished_at: string;
}

export const HEADLINES = {
  flat: 'FLAT',
  checkByHand: 'NOT FLAT, CHECK BY HAND',
  skipped: 'SKIPPED BY CONFIGURATION',
  dryRun: 'DRY RUN',
  /** The first of the two reads showed it flat; there was no time for the second. */
  seenFlatOnce: 'SEEN FLAT ONCE, CONFIRMING',
  reopened: 'REOPENED AFTER FLAT',
  inProgress: 'IN PROGRESS, ANOTHER CALL IS LIQUIDATING',
  refused: 'REFUSED, NOTHING DONE',
} as const;

/** Begins the headline if nothing was found in the named symbols: completed, but the account is not known to be flat. */
export const NOTHING_SEEN = 'NOTHING SEEN IN';

/** `until` is `hh:mm:ss` (UTC). */
export const retryingHeadline = (until: string): string => `NOT FLAT, RETRYING UNTIL ${until}`;

/** How long a flat result is replayed; later the same ID runs again as its next attempt. */
export const REPLAY_HOLDS_MS = 15 * 60_000;

/** `of` is `hh:mm:ss` (UTC): when the replayed result was reached. */
export const replayHeadline = (headline: string, of: string): string => `${headline}, REPLAY OF ${of}Z`;

/** Without ENV.namespace. */
export const METRICS_NAMESPACE = 'flatline';
export const METRICS = {
  executions: 'Executions',
  /** Executions that ended completed, and failed. Without a trigger, because an alarm cannot search. */
  liquidationsFlat: 'LiquidationsFlat',
  liquidationsFailed: 'LiquidationsFailed',
  /** Without resumed attempts and replays, for which no caller waits. */
  durationMs: 'DurationMs',
  timeToFlatMs: 'TimeToFlatMs',
  positionsClosed: 'PositionsClosed',
  positionsFailed: 'PositionsFailed',
  ordersCancelled: 'OrdersCancelled',
  rounds: 'Rounds',
  retries: 'Retries',
  exchangeLatencyMs: 'ExchangeLatencyMs',
  exchangeErrors: 'ExchangeErrors',
  weightUsed: 'WeightUsed',
  auditWriteFailures: 'AuditWriteFailures',
  botsArmed: 'BotsArmed',
  botsLate: 'BotsLate',
  botsDead: 'BotsDead',
  secondsSinceBeat: 'SecondsSinceBeat',
  watchdogTicks: 'WatchdogTicks',
  watchdogBlind: 'WatchdogBlind',
  watchdogFailures: 'WatchdogFailures',
  /** Armed bots that cannot be judged or liquidated. */
  botsUnprotected: 'BotsUnprotected',
  botRowsInvalid: 'BotRowsInvalid',
  invokeFailures: 'InvokeFailures',
  /** Pings that were not stored. */
  pingsNotStored: 'PingsNotStored',
  /** The watchdog's own pings that failed. */
  pingProbesFailed: 'PingProbesFailed',
  unfinished: 'UnfinishedLiquidations',
  unfinishedAgeMs: 'UnfinishedAgeMs',
  resumeGaveUp: 'ResumeGaveUp',
  preflightPassed: 'PreflightPassed',
  preflightFailed: 'PreflightFailed',
  /** Of all bots, the oldest preflight that passed. */
  preflightAgeHours: 'PreflightAgeHours',
  canaryPassed: 'CanaryPassed',
  canaryFailed: 'CanaryFailed',
  healthChecks: 'HealthChecks',
  confirmedSubscriptions: 'ConfirmedSubscriptions',
  /** Published, or omitted by configuration. */
  dailyMessages: 'DailyMessages',
  /** How long ago the watchdog last ticked, measured in another region. */
  watchedSilenceSeconds: 'WatchedSilenceSeconds',
} as const;

/** The only event the watchdog accepts, besides a raw scheduled event of its rule. */
export const TICK = { action: 'tick' } as const;
export const WATCH_RULE_PATTERN = /:rule\/[^:]*watchdog/i;

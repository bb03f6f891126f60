/** What core and app need from outside, as types: adapters implement them. Replies of the exchange are values, not exceptions. */

import type { Answer, AnswerState, AuditEventType, FinalState, PreflightAnswer, Trigger } from './contract.ts';
import type { Failure } from './core/exchange/failure.ts';
import type { Market } from './core/exchange/market.ts';
import type { Credentials, Rows } from './core/exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from './core/exchange/request.ts';
import type { BotFields, RowChange } from './core/heartbeat/row-change.ts';
import type { CallOutcome } from './core/invocation/call-outcome.ts';

/** The only clock. `nowMs`: epoch milliseconds, monotonic within an invocation, perhaps with a fraction (microseconds). */
export interface Clock {
  nowMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The only source of randomness. */
export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
}

export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called with the rows of one page while another takes longer. The complete answer follows. */
  readonly inPart?: ((rows: Rows<unknown>) => void) | undefined;
}

/** The rate limits in a reply's headers. */
export interface Usage {
  readonly weightLastMinute?: number;
  readonly ordersLastTenSeconds?: number;
  readonly ordersLastMinute?: number;
}

/** One HTTP request, for the audit log. The path has no query, so never a signature. */
export interface RequestTrace {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly startedAtMs: number;
  readonly latencyMs: number;
  readonly status: number | undefined;
  readonly exchangeCode: number | undefined;
  readonly usage: Usage;
}

/** `also`: further parallel requests for the same answer. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T; readonly trace: RequestTrace; readonly also?: readonly RequestTrace[] }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly trace: RequestTrace;
      readonly also?: readonly RequestTrace[];
    };

/** One account in one market. Never throws; a call makes one request, two for a list with two pages, or none if cached. */
export interface Exchange {
  send<K extends RequestKind>(
    request: Extract<ExchangeRequest, { readonly kind: K }>,
    limits: CallLimits,
  ): Promise<Reply<AnswerOf[K]>>;
}

/** The default market is USDⓈ-M of an ordinary account. The connection pool is shared. `uncovered`: only positions, in one request. */
export type OpenExchange = (credentials: Credentials, market?: Market, how?: 'uncovered') => Exchange;

/** Errors name the secret and the remedy, never its content. */
export interface Secrets {
  /** `fresh` skips the cache (rotation). Throws FlatlineError (SECRET_UNREADABLE, SECRET_MALFORMED). */
  load(secretName: string, options: { readonly fresh: boolean; readonly timeoutMs: number }): Promise<Credentials>;
}

/** The end of a writer's segment of the audit log. */
export interface Seal {
  readonly writer: string;
  readonly items: number;
  readonly lastHash: string;
}

export interface Claim {
  readonly correlationId: string;
  readonly botId: string;
  readonly trigger: Trigger;
  /** Undefined: the whole account. Stored for later attempts. */
  readonly symbols: readonly string[] | undefined;
  /** The trip that it serves, if any; stored too. */
  readonly trip?: string | undefined;
  /** Unique per invocation. */
  readonly holder: string;
  /** The holder that called this invocation: its lease, if its end was not stored, is taken over at once. */
  readonly resumes?: string | undefined;
  readonly nowMs: number;
  readonly leaseUntilMs: number;
  /** A run that was completed before this runs again, as its next attempt. */
  readonly retakeCompletedBeforeMs: number;
}

export type ClaimResult =
  /** `attempt` is the fencing token, 1 for the first. `priorState` in_progress means that its holder died. */
  | {
      readonly kind: 'taken';
      readonly attempt: number;
      readonly firstStartedAtMs: number;
      readonly priorState: 'idle' | 'in_progress' | 'partial' | 'failed' | 'skipped' | 'completed';
      readonly priorAnswer: Answer | undefined;
      /** What the last attempt left to the next one. */
      readonly carried: string | undefined;
    }
  | { readonly kind: 'in-progress'; readonly attempt: number; readonly leaseUntilMs: number }
  | { readonly kind: 'completed'; readonly answer: Answer; readonly finishedAtMs: number };

export interface Conclusion {
  readonly correlationId: string;
  readonly attempt: number;
  readonly holder: string;
  readonly state: FinalState;
  readonly answer: Answer;
  readonly seal: Seal;
  readonly nowMs: number;
  /** When the run must be resumed; undefined: it is over. */
  readonly resumeAtMs: number | undefined;
  /** For the next attempt (core/liquidation/carry). */
  readonly carried: string | undefined;
}

/** `nobody`: no attempt is known. */
export type Whose = 'ours' | 'another' | 'nobody';

/** The idempotency lock. Every method throws a StoreError when the table does not answer in `timeoutMs`. */
export interface LockStore {
  /** Throws a StoreError for an ID that was first used for another bot or other symbols. */
  claim(claim: Claim, timeoutMs: number): Promise<ClaimResult>;
  /** Whose run it is, for a caller that resumes it with `token`. Consistent. */
  whose(correlationId: string, token: string, timeoutMs: number): Promise<Whose>;
  /** Only the holder of the current token may conclude; others are superseded and change nothing. */
  conclude(conclusion: Conclusion, timeoutMs: number): Promise<'concluded' | 'superseded'>;
  /** Stores the seal of a writer without a lease (a refused duplicate, the watchdog). A new record expires like any other. */
  seal(correlationId: string, seal: Seal, nowMs: number, timeoutMs: number): Promise<void>;
  /** Replaces the bot's note of the last preflight, and returns the headline of the old one. */
  notePreflight(note: PreflightNote, timeoutMs: number): Promise<PreflightNote['headline'] | undefined>;
}

/** How the last preflight of a bot ended. */
export interface PreflightNote {
  readonly botId: string;
  /** Its audit log has every check. */
  readonly correlationId: string;
  readonly headline: PreflightAnswer['headline'];
  /** Names of the checks that failed. */
  readonly failedChecks: readonly string[];
  /** A sentence about positions in markets that are not covered; undefined: none, or not known. */
  readonly notCovered?: string | undefined;
  readonly finishedAtMs: number;
}

/** One record of the audit log, as stored: hash-chained per writer. */
export interface AuditItem {
  readonly correlation_id: string;
  /** `<UTC microseconds>#<writer>#<sequence>`: unique, sorts by time. */
  readonly at_seq: string;
  readonly timestamp: string;
  readonly event_type: AuditEventType;
  readonly operation: string;
  readonly bot_id: string;
  readonly attempt: number;
  readonly writer: string;
  readonly seq: number;
  readonly symbol?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly prev_hash: string;
  readonly hash: string;
}

export interface AuditSink {
  /** Throws when the item is not stored. Storing the same item again is a success. */
  append(item: AuditItem, timeoutMs: number): Promise<void>;
  /** All items of a correlation ID in order of `at_seq`. */
  list(correlationId: string, timeoutMs: number): Promise<readonly AuditItem[]>;
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'CRITICAL';
export type MetricUnit = 'Count' | 'Milliseconds' | 'Percent';

/** No method throws or waits. */
export interface Telemetry {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  metric(name: string, value: number, unit: MetricUnit, dimensions?: Readonly<Record<string, string>>): void;
  /** Strings that must never appear in any output. */
  redact(secrets: readonly string[]): void;
  /** Writes the metrics; call at the end of an invocation. */
  flush(): void;
}

/** The address of our requests, which an IP-restricted key must allow. Throws when it cannot be found. */
export interface Egress {
  address(timeoutMs: number): Promise<string>;
}

/** Asynchronous invocation of the liquidator: accepted and queued. */
export interface AsyncInvoker {
  /** Throws when it is not known to be accepted within `timeoutMs`. */
  invokeLater(event: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<void>;
}

export interface SyncInvoker {
  /** Invokes the liquidator and waits for its answer. Never throws. */
  call(event: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<CallOutcome>;
  /** Its deployed environment variables. Throws a StoreError. */
  environment(timeoutMs: number): Promise<Readonly<Record<string, string | undefined>>>;
}

/** Its last attempt ended partial or failed, or its holder's lease ran out. */
export interface UnfinishedRun {
  readonly correlationId: string;
  readonly botId: string;
  readonly trigger: Trigger;
  /** Undefined: the whole account. */
  readonly symbols: readonly string[] | undefined;
  /** The trip of the bot that it serves; undefined: none. */
  readonly trip?: string | undefined;
  readonly attempt: number;
  readonly state: 'in_progress' | 'partial' | 'failed';
  readonly firstStartedAtMs: number;
  readonly resumeAtMs: number;
  /** Holder of the last claim: proves that a call that resumes the run has read the record. */
  readonly holder: string | undefined;
}

export interface UnfinishedRuns {
  /** Runs to be resumed by `untilMs`, oldest first, at most `limit`. Consistent. Throws StoreError. */
  due(untilMs: number, limit: number, timeoutMs: number): Promise<readonly UnfinishedRun[]>;
  /** Ends a run, unless it was concluded meanwhile; true when this call ended it. */
  giveUp(run: UnfinishedRun, nowMs: number, timeoutMs: number): Promise<boolean>;
}

/** The record of one correlation ID in the table `liquidations`. */
export interface LiquidationRecord {
  readonly correlationId: string;
  /** `idle` if only a run without the lock stored its seal. */
  readonly state: AnswerState;
  /** State before the last claim. */
  readonly priorState: AnswerState;
  /** Attempts so far, which is the current fencing token. */
  readonly attempts: number;
  readonly botId: string | undefined;
  /** What the ID was first used for (core/invocation/liquidation-record.ts); undefined in older records. */
  readonly claimedFor?: string | undefined;
  /** Trigger of the first attempt. */
  readonly trigger: Trigger | undefined;
  readonly holder: string | undefined;
  readonly leaseUntilMs: number | undefined;
  readonly firstStartedAtMs: number | undefined;
  readonly startedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
  /** Of the last attempt that concluded. */
  readonly answer: Answer | undefined;
  readonly seals: readonly Seal[];
  /** When it must be resumed; undefined when it is over. */
  readonly resumeAtMs: number | undefined;
  /** Undefined: the whole account. */
  readonly symbols: readonly string[] | undefined;
  /** What the last concluded attempt left to the next one. */
  readonly carried: string | undefined;
  /** The trip of the bot that it serves; undefined: none. */
  readonly trip?: string | undefined;
  /** When it was ended unfinished, by its time limit or by a re-arm. */
  readonly gaveUpAtMs?: number | undefined;
}

export interface RecentQuery {
  readonly limit: number;
  /** First claimed before this instant; the last record's instant gives the next page. */
  readonly beforeMs?: number;
  /** First claimed at this instant or later. */
  readonly sinceMs?: number;
  readonly botId?: string;
  /** Whether to include lock-out checks that found nothing: one a minute for each tripped bot. */
  readonly quietChecks?: boolean;
}

/** Every method throws a StoreError when the table cannot be read in `timeoutMs`. */
export interface RunRecords {
  /** By their first claim, newest first. Without dry runs and preflights. */
  recent(query: RecentQuery, timeoutMs: number): Promise<readonly LiquidationRecord[]>;
  /** Undefined when there is no record. Consistent. */
  read(correlationId: string, timeoutMs: number): Promise<LiquidationRecord | undefined>;
  /** Of each of these bots that has one. Consistent. */
  lastPreflights(botIds: readonly string[], timeoutMs: number): Promise<ReadonlyMap<string, PreflightNote>>;
}

/** From the index `due`, which may lag: the row must be read. */
export interface DueBot {
  readonly botId: string;
  readonly nextCheckAtMs: number;
}

/** Pings as a bot does. Throws when the ping was not accepted in `timeoutMs`, with a sentence. */
export interface PingProbe {
  probe(timeoutMs: number): Promise<void>;
}

/** The table `bots`. Every method throws a StoreError when it does not answer in `timeoutMs`. */
export interface BotStore {
  /** Without the key; undefined when there is no row. Consistent. */
  read(botId: string, timeoutMs: number): Promise<BotFields | undefined>;
  /** The row after the write; undefined when a requirement did not hold. With certainty `unknown` it may be stored. */
  change(change: RowChange, timeoutMs: number): Promise<BotFields | undefined>;
  /** The bots of a shard that are due by `untilMs`, earliest first. */
  due(shard: number, untilMs: number, timeoutMs: number): Promise<readonly DueBot[]>;
  /** Every bot, by ID; without rows whose key is no bot's ID. */
  list(timeoutMs: number): Promise<ReadonlyMap<string, BotFields>>;
}

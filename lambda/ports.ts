/**
 * All that the core and the use cases ask of the world, as types only. Adapters implement them; tests may too.
 * Replies of the exchange are values, never exceptions: what is known after a failure is part of the answer.
 */

import type { Answer, AnswerState, AuditEventType, FinalState, PreflightAnswer, Trigger } from './contract.ts';
import type { Failure } from './core/exchange/failure.ts';
import type { Market } from './core/exchange/market.ts';
import type { Credentials, Rows } from './core/exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from './core/exchange/request.ts';
import type { BotFields, RowChange } from './core/heartbeat/row-change.ts';
import type { CallOutcome } from './core/invocation/call-outcome.ts';

/** The one clock. `nowMs` is epoch milliseconds, monotonic within an invocation, and may carry a fraction (microseconds). */
export interface Clock {
  nowMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The one source of randomness. */
export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
}

/** How long a call may take, and what ends it early. */
export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called with the rows of one page while another page takes longer. The complete answer still follows. */
  readonly inPart?: ((rows: Rows<unknown>) => void) | undefined;
}

/** What a reply's headers say of the rate limits; absent when the header was absent. */
export interface Usage {
  readonly weightLastMinute?: number;
  readonly ordersLastTenSeconds?: number;
  readonly ordersLastMinute?: number;
}

/** One request at the wire, for the audit log: path without query, so never a signature. */
export interface RequestTrace {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly startedAtMs: number;
  readonly latencyMs: number;
  readonly status: number | undefined;
  readonly exchangeCode: number | undefined;
  readonly usage: Usage;
}

/** `also`: further requests that were made for it, side by side with the first. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T; readonly trace: RequestTrace; readonly also?: readonly RequestTrace[] }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly trace: RequestTrace;
      readonly also?: readonly RequestTrace[];
    };

/**
 * One account in one market of the exchange. Never throws; each call makes one request, two where one page does not show
 * all, or none where the answer is cached.
 */
export interface Exchange {
  ask<K extends RequestKind>(
    request: Extract<ExchangeRequest, { readonly kind: K }>,
    limits: CallLimits,
  ): Promise<Reply<AnswerOf[K]>>;
}

/**
 * Gives the exchange for a key, in one market (default USDⓈ-M of an ordinary account); the connection pool behind it is
 * shared. `peek`: only its positions can be asked for, at one request.
 */
export type OpenExchange = (credentials: Credentials, market?: Market, how?: 'peek') => Exchange;

/** Thrown messages name the secret and the cure, never its content. */
export interface Secrets {
  /** `fresh` skips the cache (rotation). Throws FlatlineError (SECRET_UNREADABLE, SECRET_MALFORMED). */
  load(secretName: string, options: { readonly fresh: boolean; readonly timeoutMs: number }): Promise<Credentials>;
}

/** Where a writer's part of the audit log ends. One writer is one attempt, or one refused duplicate. */
export interface Seal {
  readonly writer: string;
  readonly items: number;
  readonly lastHash: string;
}

export interface Claim {
  readonly correlationId: string;
  readonly botId: string;
  readonly trigger: Trigger;
  /** Undefined: the whole account. Kept, so that whoever resumes the run keeps to it. */
  readonly symbols: readonly string[] | undefined;
  /** The trip of the bot that it serves, if any; kept as well. */
  readonly trip?: string | undefined;
  /** Unique per invocation. */
  readonly holder: string;
  /** The holder that called this invocation: its lease, if its end was not stored, is taken over at once. */
  readonly resumes?: string | undefined;
  readonly nowMs: number;
  readonly leaseUntilMs: number;
  /** A run that was completed before this instant is taken again, as its next attempt. */
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
      /** What the last attempt left to the next one, as it was concluded. */
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
  /** When somebody must take the run up again; undefined: it is over. */
  readonly resumeAtMs: number | undefined;
  /** What the next attempt must know: core/liquidation/carry.ts. */
  readonly carried: string | undefined;
}

/** `nobody`: no attempt that held the lock or sealed its audit log without it is known. */
export type Whose = 'ours' | 'another' | 'nobody';

/** The idempotency lock. Every method throws a StoreError when the store cannot be reached in `timeoutMs`. */
export interface LockStore {
  /** An ID that was first used for another bot or another part of the account is refused with a StoreError. */
  claim(claim: Claim, timeoutMs: number): Promise<ClaimResult>;
  /** Whose run it is, for who resumes it and shows `token`. Consistent. */
  whose(correlationId: string, token: string, timeoutMs: number): Promise<Whose>;
  /** Only the holder of the current token may conclude; anybody else is superseded and changes nothing. */
  conclude(conclusion: Conclusion, timeoutMs: number): Promise<'concluded' | 'superseded'>;
  /**
   * Notes where the audit log of a writer that holds no lease ends (a refused duplicate, a page of the watchdog). A record
   * that this makes expires like any other, counted from `nowMs`.
   */
  seal(correlationId: string, seal: Seal, nowMs: number, timeoutMs: number): Promise<void>;
  /**
   * Keeps how a preflight ended, in place of the one before of the same bot, whose headline it gives, if there was one.
   * It is no liquidation, and in no list of them.
   */
  notePreflight(note: PreflightNote, timeoutMs: number): Promise<PreflightNote['headline'] | undefined>;
}

/** How the last preflight of a bot ended. */
export interface PreflightNote {
  readonly botId: string;
  /** Of that preflight: its audit log has every check. */
  readonly correlationId: string;
  readonly headline: PreflightAnswer['headline'];
  /** Names of the checks that failed. */
  readonly failedChecks: readonly string[];
  /** What the account holds in markets that are not covered, in a sentence; undefined: nothing, or not known. */
  readonly notCovered?: string | undefined;
  readonly finishedAtMs: number;
}

/** One record of the audit log, as stored: hash-chained per writer. Attribute names are the table's. */
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
  /** Puts one new item; throws when it is not stored. Putting the very same item again is a success. */
  append(item: AuditItem, timeoutMs: number): Promise<void>;
  /** All items of a correlation ID in order of `at_seq`. */
  list(correlationId: string, timeoutMs: number): Promise<readonly AuditItem[]>;
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'CRITICAL';
export type MetricUnit = 'Count' | 'Milliseconds' | 'Percent';

/** Logs and metrics. No method throws or waits. */
export interface Telemetry {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  metric(name: string, value: number, unit: MetricUnit, dimensions?: Readonly<Record<string, string>>): void;
  /** Strings that must never be printed, whatever carries them. */
  redact(secrets: readonly string[]): void;
  /** Writes the metrics out; call once at the end of an invocation. */
  flush(): void;
}

/** The address from which our requests come: what an IP-restricted key must allow. Throws when it cannot be learnt. */
export interface Egress {
  address(timeoutMs: number): Promise<string>;
}

/** Asynchronous invocation of the liquidator: accepted and queued, not done. */
export interface AsyncInvoker {
  /** Throws when the invocation was not accepted in `timeoutMs`; it may have been accepted all the same. */
  invokeLater(event: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<void>;
}

/** The liquidator as a person at the control panel calls it: at once, and with an answer. */
export interface SyncInvoker {
  /** Invokes the liquidator and waits for its answer. Never throws. */
  call(event: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<CallOutcome>;
  /** Its environment as it is deployed now. Throws a StoreError. */
  environment(timeoutMs: number): Promise<Readonly<Record<string, string | undefined>>>;
}

/** A liquidation that is not done: its last attempt ended partial or failed, or its holder's lease ran out. */
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
  /** Holder of the last claim: a call that resumes the run proves by it that it has read the record. */
  readonly holder: string | undefined;
}

/** Liquidations to be taken up again, for the watchdog. */
export interface UnfinishedRuns {
  /** Those whose time to be resumed has come by `untilMs`, oldest first, at most `limit`; read consistently. Throws StoreError. */
  due(untilMs: number, limit: number, timeoutMs: number): Promise<readonly UnfinishedRun[]>;
  /** Ends the retrying of a run that nobody concluded meanwhile; true when this call did it. */
  giveUp(run: UnfinishedRun, nowMs: number, timeoutMs: number): Promise<boolean>;
}

/** The record of one correlation ID in the table `liquidations`, as tools and tests read it. */
export interface LiquidationRecord {
  readonly correlationId: string;
  /** `idle` when only an unlocked run left its seal. */
  readonly state: AnswerState;
  /** State before the last claim. */
  readonly priorState: AnswerState;
  /** Attempts so far, which is the current fencing token. */
  readonly attempts: number;
  readonly botId: string | undefined;
  /** What the ID was first used for (core/invocation/claim-scope.ts); undefined in older records. */
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
  /** When it must be taken up again; undefined when it is over. */
  readonly resumeAtMs: number | undefined;
  /** The part of the account it is about; undefined: all of it. */
  readonly symbols: readonly string[] | undefined;
  /** What the last attempt that concluded left to the next one. */
  readonly carried: string | undefined;
  /** The trip of the bot that it serves; undefined: none. */
  readonly trip?: string | undefined;
  /** When it was ended unfinished, for lack of time or by a re-arm. */
  readonly gaveUpAtMs?: number | undefined;
}

/** Which liquidations to list. */
export interface RecentQuery {
  /** At most so many, after all that is left out. */
  readonly limit: number;
  /** Only those first claimed before this instant: that of the last record of the page before gives the next page. */
  readonly beforeMs?: number;
  /** Only those first claimed at this instant or later. */
  readonly sinceMs?: number;
  readonly botId?: string;
  /** With the lock-out checks that found nothing: one a minute for each tripped bot. Left out otherwise. */
  readonly quietChecks?: boolean;
}

/** The past, for tools. Every method throws a StoreError when the table cannot be read in `timeoutMs`. */
export interface RunRecords {
  /** Liquidations by their first claim, newest first. What never claimed (a dry run, a preflight) is not among them. */
  recent(query: RecentQuery, timeoutMs: number): Promise<readonly LiquidationRecord[]>;
  /** Undefined when there is no record. Consistent. */
  read(correlationId: string, timeoutMs: number): Promise<LiquidationRecord | undefined>;
  /** The last preflight of each of these bots; a bot without one is not in it. Consistent. */
  lastPreflights(botIds: readonly string[], timeoutMs: number): Promise<ReadonlyMap<string, PreflightNote>>;
}

/** A bot as the index `due` shows it: perhaps late, so the row is read before anything follows from it. */
export interface DueBot {
  readonly botId: string;
  readonly nextCheckAtMs: number;
}

/** Pings as a bot does, by the same way. Throws when the ping was not taken in `timeoutMs`, with a sentence. */
export interface PingProbe {
  probe(timeoutMs: number): Promise<void>;
}

/** The rows of the table `bots`. Every method throws a StoreError when the table cannot be reached in `timeoutMs`. */
export interface BotStore {
  /** The row as it stands now, without its key; undefined when there is none. Consistent. */
  read(botId: string, timeoutMs: number): Promise<BotFields | undefined>;
  /**
   * One conditional write: the row after it, or undefined when a requirement did not hold. It may land although it
   * throws with certainty `unknown`.
   */
  change(change: RowChange, timeoutMs: number): Promise<BotFields | undefined>;
  /** All bots of a shard that are due a check by `untilMs`, earliest first. */
  due(shard: number, untilMs: number, timeoutMs: number): Promise<readonly DueBot[]>;
  /** Every bot there is, by ID; for tools. Rows whose key is no bot's ID are left out. */
  list(timeoutMs: number): Promise<ReadonlyMap<string, BotFields>>;
}

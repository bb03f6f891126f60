/**
 * What a scenario is judged by: the exchange's truth before and after, its journal, the answers, the audit log and the log.
 * Gathered after the last step, by reading the exchange and the tables, not by believing the function.
 */

import type { Answer, AnswerState, AuditEventType } from '../../lambda/contract.ts';
import type { Truth } from '../engine/accounts/truth.ts';
import type { JournalEntry } from '../engine/journal.ts';
import type { FunctionLabel, ScenarioStage } from './stage.ts';

export interface Evidence {
  readonly stage: Pick<ScenarioStage, 'positions' | 'hedge' | 'rttMs'>;
  /** Of all accounts. Where there are several, each holds symbols of its own. */
  readonly before: Truth;
  readonly after: Truth;
  /** The exchange's own watch: fills that opened, enlarged or flipped a position. */
  readonly violations: readonly string[];
  readonly journal: readonly JournalEntry[];
  readonly calls: readonly CallEvidence[];
  readonly incidents: readonly IncidentEvidence[];
  /** Empty where no bot beats. */
  readonly bots: readonly BotEvidence[];
  readonly ticks: readonly TickEvidence[];
  readonly logs: readonly FunctionLogLine[];
  /** Where a key, a secret or a signature was found; never what was found. */
  readonly leaks: readonly string[];
}

/** A call by the drill, or an asynchronous one by a function: `watchdog`, or `attempt 2` of a run that goes on. */
export interface CallEvidence {
  readonly call: string;
  readonly on: FunctionLabel;
  readonly correlationId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly cold: boolean;
  /** Undefined when there was none: killed, timed out, or an exception. */
  readonly answer: Answer | undefined;
  /** `answered`, or how it ended instead. */
  readonly outcome: string;
  /** Requests to this function's own address of the exchange while the call ran. */
  readonly exchangeRequests: number;
  /** Those of them that order or cancel something. */
  readonly exchangeActions: number;
}

/** Its account at the exchange has the bot's ID for a name. */
export interface BotEvidence {
  readonly botId: string;
  readonly beats: readonly BeatEvidence[];
  /** As the table has it in the end. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** `atMs` is set back with the table, where time is made to pass. */
export interface BeatEvidence {
  readonly atMs: number;
  readonly outcome: 'taken' | 'tripped' | 'disarmed' | 'not stored';
  /** Of a beat that was not stored. */
  readonly why?: string;
  /** Of the liquidation, where the bot is tripped. */
  readonly correlationId: string | undefined;
}

/** One invocation of the watchdog. */
export interface TickEvidence {
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** Undefined when there was none. */
  readonly report: TickReportEvidence | undefined;
}

/** What the checks ask of the watchdog's answer. */
export interface TickReportEvidence {
  readonly due: number;
  readonly late: readonly string[];
  readonly fired: readonly { readonly bot_id: string; readonly correlation_id: string }[];
  readonly sentinels: number;
  readonly resumed: readonly string[];
  /** Silent for long, and not tripped for lack of evidence. */
  readonly unproven: readonly string[];
  readonly problems: readonly string[];
}

/** One correlation ID as the tables know it. */
export interface IncidentEvidence {
  readonly correlationId: string;
  readonly state: AnswerState;
  readonly attempts: number;
  /** In order of time. */
  readonly auditLog: readonly AuditLogItem[];
  readonly chain: ChainEvidence;
}

export interface AuditLogItem {
  readonly correlation_id: string;
  readonly timestamp: string;
  readonly event_type: AuditEventType;
  readonly writer: string;
  readonly attempt: number;
  readonly symbol?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<string, unknown>>;
}

/** `ok`: nothing contradicts the hash chain. `sealed`: and its end is proven too. */
interface ChainEvidence {
  readonly ok: boolean;
  readonly sealed: boolean;
  readonly segments: readonly SegmentEvidence[];
}

interface SegmentEvidence {
  readonly writer: string;
  readonly kind: string;
  /** Items found; an intact segment without any is a name that was never used. */
  readonly items: number;
  readonly sentence: string;
}

export interface FunctionLogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

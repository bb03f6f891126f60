/**
 * What a scenario is: a state to prepare, steps to take, a promise, and checks that prove it. Plain data; bin/commands/drill
 * runs them against the bundled functions.
 */

import type { Answer, AuditEventType } from '../../lambda/contract.ts';
import type { BotEvidence, Evidence, FunctionLogLine } from './evidence.ts';
import type { FunctionLabel, ScenarioStage } from './stage.ts';

export const SCENARIO_NAMES = [
  'normal',
  'disabled',
  'timeout',
  'partial',
  'crash',
  'hedge',
  'overload',
  'duplicate',
  'watchdog',
  'late',
  'stubborn',
  'relapse',
  'blind',
  'amnesia',
  'brownout',
  'rolling-restart',
  'storm',
  'confirm',
  'frozen',
  'ping',
  'coinm',
  'portfolio-margin',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export interface Scenario {
  readonly name: ScenarioName;
  readonly title: string;
  /** One sentence. */
  readonly promise: string;
  /** How many positions it has unless asked otherwise, how many it needs to make sense, and how many it can take. */
  readonly positions: { readonly usual: number; readonly least: number; readonly most?: number };
  /** True when it is about hedge mode whatever was asked. */
  readonly alwaysHedge?: true;
  readonly settings?: SettingsChanges;
  /** The kind of account and the markets that are to be flat; without it those of the default configuration. */
  readonly exchange?: {
    readonly account: 'futures' | 'portfolio_margin';
    readonly markets: readonly ('usdm' | 'coinm')[];
  };
  /** Bots that send heartbeats, each with an account of its own; without them there is one that never sends any. */
  readonly bots?: readonly WatchedBot[];
  /** Its bots are shell scripts that ping with curl. */
  readonly pings?: true;
  /** How many environments Lambda runs side by side; what comes beyond waits in its queue. Without: as many as come. */
  readonly environments?: (stage: Pick<ScenarioStage, 'rttMs'>) => number;
  /** Variables of the function's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts positions, orders and faults in place. */
  prepare(stage: ScenarioStage): void;
  readonly steps: readonly ScenarioStep[];
  readonly checks: readonly Check[];
}

/** As in the configuration's section `[bot:ID]`. */
export interface WatchedBot {
  readonly botId: string;
  readonly heartbeatMs: number;
  readonly lateAfterMs: number;
  readonly deadAfterMs: number;
}

/** A bot with the configuration's own times. */
export const usualBot = (botId: string): WatchedBot => ({
  botId,
  heartbeatMs: 10_000,
  lateAfterMs: 30_000,
  deadAfterMs: 120_000,
});

/** As many as asked for, within what the scenario takes. */
export function positionsOf({ positions }: Scenario, asked: number | undefined): number {
  const { usual, least, most = Number.POSITIVE_INFINITY } = positions;
  return Math.min(most, Math.max(least, asked ?? usual));
}

/** Whether it needs the watchdog. */
export const isWatched = ({ steps }: Pick<Scenario, 'steps'>): boolean => steps.some(({ kind }) => kind === 'tick');

/** What differs from the default configuration. */
interface SettingsChanges {
  /** At least; a slow line or a large account get more. */
  readonly timeoutMs?: number;
  /** Exactly: the scenario is about it. */
  readonly fixedTimeoutMs?: number;
  /** How many round trips one run takes at most; the timeout grows by them. */
  readonly roundTrips?: number;
  readonly maxRetries?: number;
  /** How long after FLAT the account is read once more; 0 unless the scenario is about it. */
  readonly confirmMs?: number;
  readonly retryDelayMs?: number;
}

/** How far the scenario has come: what a step may wait for. */
export interface Scene extends ScenarioStage {
  readonly nowMs: number;
  readonly bots: readonly Pick<BotEvidence, 'botId' | 'beats'>[];
  /** Runs of the liquidator that have ended, whoever began them. */
  readonly endedRuns: number;
  /** What they answered, in the order of their calls. */
  readonly answers: readonly Answer[];
  /** NaN: none yet. */
  readonly lastTickAtMs: number;
  /** What the functions have logged so far. */
  readonly logs: readonly FunctionLogLine[];
}

/**
 * `call` names the call for the checks; `id` is the label of its correlation ID: same label, same ID. No step waits for
 * a fixed time: each ends with an event, however fast the machine and the line are.
 */
export type ScenarioStep =
  /** An environment of the function is started by an event that it refuses. */
  | { readonly kind: 'warm'; readonly on: FunctionLabel }
  /** Calls and goes on at once. */
  | { readonly kind: 'call'; readonly call: string; readonly id: string; readonly on: FunctionLabel }
  /** Waits for the answers of these calls. */
  | { readonly kind: 'answered'; readonly calls: readonly string[] }
  /** Waits for it; `says` ends the sentence "until …". */
  | { readonly kind: 'until'; readonly says: string; readonly holds: (scene: Scene) => boolean }
  /** From its next request to this path on, no answer gets back to this function. */
  | { readonly kind: 'hold'; readonly on: FunctionLabel; readonly from: string; readonly says: string }
  /** Waits until a request of that function has been carried out, and its answer is held back. */
  | { readonly kind: 'held'; readonly on: FunctionLabel }
  /** Lets the answers go that are held back, and all later ones. */
  | { readonly kind: 'release'; readonly on: FunctionLabel; readonly says: string }
  /** SIGKILL to whatever runs. */
  | { readonly kind: 'kill'; readonly on: FunctionLabel; readonly says: string }
  /** Waits until the lease on this correlation ID has run out. */
  | { readonly kind: 'lease-end'; readonly id: string }
  /** Changes something at the exchange. */
  | { readonly kind: 'change'; readonly says: string; readonly make: (stage: ScenarioStage) => void }
  /** Bots send heartbeats from now on; goes on when the first ones are stored. `who`: only this one. */
  | { readonly kind: 'bot-lives'; readonly says: string; readonly who?: string }
  /** It sends no more heartbeats. */
  | { readonly kind: 'bot-falls-silent'; readonly says: string; readonly who?: string }
  /** One heartbeat, whatever becomes of it. */
  | { readonly kind: 'bot-beats'; readonly who?: string }
  /** A clean stop, which ends the watch. */
  | { readonly kind: 'bot-leaves'; readonly says: string; readonly who?: string | readonly string[] }
  /**
   * So much time has passed, as far as the table of bots shows: every instant in it is set back. `ticksWentOn`: the
   * watchdog ran meanwhile; else its own row is set back too.
   */
  | { readonly kind: 'time-passes'; readonly ms: number | ((scene: Scene) => number); readonly ticksWentOn: boolean }
  /**
   * The function is frozen for so long, between two invocations, and its connections to the exchange die at the other end
   * meanwhile: what is sent on them gets no answer and no error. New ones work.
   */
  | { readonly kind: 'freeze'; readonly on: FunctionLabel; readonly ms: number; readonly says: string }
  /** A new run of each starts; then the run before stops cleanly, which must be refused. */
  | { readonly kind: 'bot-restarts'; readonly says: string; readonly who?: string }
  /** Every call of DynamoDB fails from now on, or works again. `onlyWrites`: only those of the table of bots that write. */
  | { readonly kind: 'tables'; readonly work: boolean; readonly onlyWrites?: boolean; readonly says: string }
  /** The calls of others hold all places of the ping URL from now on, or none any more. */
  | { readonly kind: 'flood'; readonly active: boolean; readonly says: string }
  /** The rule of EventBridge invokes the watchdog, and nobody waits for it. */
  | { readonly kind: 'tick' }
  /** Waits until the last tick has found the bots that are due, and noted itself in the table. */
  | { readonly kind: 'ticked' }
  /** Waits until a function has logged this event. */
  | { readonly kind: 'logged'; readonly event: AuditEventType }
  /** Takes these steps again and again until it holds; not at all when it does already. `says` as for "until". */
  | {
      readonly kind: 'repeat';
      readonly steps: readonly ScenarioStep[];
      readonly says: string;
      readonly holds: (scene: Scene) => boolean;
    }
  /** Waits until no function runs, and none is queued. */
  | { readonly kind: 'settled' };

/** One sentence that is true or not. `judge` gives what contradicts it; nothing means that it holds. */
export interface Check {
  readonly sentence: string;
  judge(evidence: Evidence): readonly string[];
  /** Why a contradiction would prove nothing this time; undefined, as a rule, where it would. */
  excuse?(evidence: Evidence): string | undefined;
}

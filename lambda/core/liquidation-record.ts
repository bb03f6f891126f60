/** The record of one correlation ID in the table `liquidations`, as tools and tests read it. */

import type { Answer, State, Trigger } from '../contract.ts';
import type { Seal, UnfinishedRun } from '../ports.ts';

export interface LiquidationRecord {
  readonly correlationId: string;
  /** `idle` when only an unlocked run left its seal. */
  readonly state: State;
  /** State before the last claim. */
  readonly priorState: State;
  /** Attempts so far, which is the current fencing token. */
  readonly attempts: number;
  readonly botId: string | undefined;
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
}

/** What the watchdog needs of a record whose time to be resumed has come; undefined for any other. */
export function unfinishedRun(record: LiquidationRecord | undefined, nowMs: number): UnfinishedRun | undefined {
  if (record === undefined) return undefined;
  const { correlationId, botId, trigger, symbols, attempts: attempt, state, firstStartedAtMs, resumeAtMs } = record;
  if (resumeAtMs === undefined || resumeAtMs > nowMs || botId === undefined) return undefined;
  if (state !== 'in_progress' && state !== 'partial' && state !== 'failed') return undefined;
  return {
    correlationId,
    botId,
    trigger: trigger ?? 'watchdog',
    symbols,
    attempt,
    state,
    firstStartedAtMs: firstStartedAtMs ?? resumeAtMs,
    resumeAtMs,
  };
}

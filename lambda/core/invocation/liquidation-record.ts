/** What a record of the table `liquidations` means: is it unfinished, is it listed, what was its ID first used for? */

import { createHash } from 'node:crypto';
import { type AnswerState, NOTHING_SEEN } from '../../contract.ts';
import type { Claim, LiquidationRecord, RecentQuery, UnfinishedRun, Whose } from '../../ports.ts';
import { StoreError } from './error-codes.ts';

/** Undefined if the run is over, or is not due to be resumed. */
export function unfinishedRun(record: LiquidationRecord | undefined, nowMs: number): UnfinishedRun | undefined {
  if (record === undefined) return undefined;
  const { correlationId, botId, symbols, trip, attempts: attempt, state, resumeAtMs, holder } = record;
  if (resumeAtMs === undefined || resumeAtMs > nowMs || botId === undefined) return undefined;
  if (state !== 'in_progress' && state !== 'partial' && state !== 'failed') return undefined;
  return {
    ...{ correlationId, botId, symbols, trip, attempt, state, resumeAtMs, holder },
    trigger: record.trigger ?? 'watchdog',
    firstStartedAtMs: record.firstStartedAtMs ?? resumeAtMs,
  };
}

/** For a caller with `token`: the last claim's holder; without a claim a run without the lock has sealed its audit log. */
export function whoseRun(record: LiquidationRecord | undefined, token: string): Whose {
  if (record?.holder !== undefined) return record.holder === token ? 'ours' : 'another';
  return record?.seals.some(({ writer }) => writer === unlockedWriter(token)) ? 'ours' : 'nobody';
}

/** The writer of the audit log of an attempt that has no lock. */
export const unlockedWriter = (holder: string): string => `u-${holder}`;

export function isListed(record: LiquidationRecord, { beforeMs, sinceMs, botId, quietChecks }: RecentQuery): boolean {
  const { firstStartedAtMs } = record;
  if (firstStartedAtMs === undefined) return false;
  if (beforeMs !== undefined && firstStartedAtMs >= beforeMs) return false;
  if (sinceMs !== undefined && firstStartedAtMs < sinceMs) return false;
  if (botId !== undefined && record.botId !== botId) return false;
  return quietChecks === true || !isQuietCheck(record);
}

/** A check of a tripped bot's account that found it flat. */
function isQuietCheck({ trigger, state, answer }: LiquidationRecord): boolean {
  if (trigger !== 'sentinel' || state !== 'completed') return false;
  return answer?.positions_closed === 0 && answer.orders_cancelled === 0;
}

/** Throws a StoreError if the ID was first used for something else. */
export function refuseOtherScope({ claimedFor }: LiquidationRecord, claim: Claim): void {
  const wanted = claimScope(claim);
  if (claimedFor === undefined || claimedFor === wanted) return;
  throw new StoreError(
    'refused',
    `The correlation ID ${claim.correlationId} was first used for ${scopeInWords(claimedFor)}, and now for ${scopeInWords(wanted)} of the bot ${claim.botId}; use another.`,
  );
}

interface ClaimScope {
  readonly botId: string;
  /** Undefined: the whole account. */
  readonly symbols: readonly string[] | undefined;
}

/** `alpha liquidate account`, or `alpha liquidate symbols 3f2a…`: equal for the same symbols in any order. */
export function claimScope({ botId, symbols }: ClaimScope): string {
  if (symbols === undefined) return `${botId} liquidate account`;
  const named = createHash('sha256')
    .update(JSON.stringify([...new Set(symbols)].sort()))
    .digest('hex');
  return `${botId} liquidate symbols ${named}`;
}

export const scopeInWords = (scope: string): string =>
  scope.endsWith(' account') ? 'the whole account' : 'a list of symbols';

/** Whether a result may be shown as good: flat, and not a name that fits nothing. */
export const isFlatResult = (state: AnswerState, headline: string): boolean =>
  state === 'completed' && !headline.startsWith(NOTHING_SEEN);

/** What the record of one correlation ID in the table `liquidations` means: is it unfinished, is it worth listing? Pure. */

import type { Claim, LiquidationRecord, RecentQuery, UnfinishedRun, Whose } from '../../ports.ts';
import { claimScope, scopeInWords } from './claim-scope.ts';
import { StoreError } from './store-error.ts';

/** What the watchdog needs of a record whose time to be resumed has come; undefined for any other. */
export function unfinishedRun(record: LiquidationRecord | undefined, nowMs: number): UnfinishedRun | undefined {
  if (record === undefined) return undefined;
  const {
    correlationId,
    botId,
    trigger,
    symbols,
    trip,
    attempts: attempt,
    state,
    firstStartedAtMs,
    resumeAtMs,
    holder,
  } = record;
  if (resumeAtMs === undefined || resumeAtMs > nowMs || botId === undefined) return undefined;
  if (state !== 'in_progress' && state !== 'partial' && state !== 'failed') return undefined;
  return {
    correlationId,
    botId,
    trigger: trigger ?? 'watchdog',
    symbols,
    trip,
    attempt,
    state,
    firstStartedAtMs: firstStartedAtMs ?? resumeAtMs,
    resumeAtMs,
    holder,
  };
}

/**
 * Whose run a record is of, for a caller with `token`: that of the last claim's holder; without a claim, that of a run
 * without the lock that sealed an audit log of its own (`u-` and its token).
 */
export function whoseRun(record: LiquidationRecord | undefined, token: string): Whose {
  if (record?.holder !== undefined) return record.holder === token ? 'ours' : 'another';
  return record?.seals.some(({ writer }) => writer === unlockedWriter(token)) ? 'ours' : 'nobody';
}

/** The writer of the audit log of an attempt that has no lock. */
export const unlockedWriter = (holder: string): string => `u-${holder}`;

/** Whether a claimed liquidation belongs into a list. The stores sort, and end the list at its limit. */
export function isListed(record: LiquidationRecord, { beforeMs, sinceMs, botId, quietChecks }: RecentQuery): boolean {
  const { firstStartedAtMs } = record;
  if (firstStartedAtMs === undefined) return false;
  if (beforeMs !== undefined && firstStartedAtMs >= beforeMs) return false;
  if (sinceMs !== undefined && firstStartedAtMs < sinceMs) return false;
  if (botId !== undefined && record.botId !== botId) return false;
  return quietChecks === true || !isQuietCheck(record);
}

/** A look at a tripped bot's account that found it flat. */
function isQuietCheck({ trigger, state, answer }: LiquidationRecord): boolean {
  if (trigger !== 'sentinel' || state !== 'completed') return false;
  return answer?.positions_closed === 0 && answer.orders_cancelled === 0;
}

/** Throws a StoreError where the ID was first used for something else: neither its answer nor its lease is this claim's. */
export function refuseOtherScope({ claimedFor }: LiquidationRecord, claim: Claim): void {
  const wanted = claimScope(claim);
  if (claimedFor === undefined || claimedFor === wanted) return;
  throw new StoreError(
    'refused',
    `The correlation ID ${claim.correlationId} was first used for ${scopeInWords(claimedFor)}, and now for ${scopeInWords(wanted)} of the bot ${claim.botId}; use another.`,
  );
}

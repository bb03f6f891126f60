/**
 * The idempotency lock in memory, for tests in virtual time. It keeps the rules of lambda/adapters/dynamo: both
 * pass the same contract suite.
 */

import type { AnswerState } from '../../lambda/contract.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import {
  claimScope,
  isListed,
  refuseOtherScope,
  unfinishedRun,
  whoseRun,
} from '../../lambda/core/invocation/liquidation-record.ts';
import type {
  Claim,
  ClaimResult,
  Conclusion,
  LiquidationRecord,
  LockStore,
  PreflightNote,
  RecentQuery,
  RunRecords,
  Seal,
  UnfinishedRun,
  UnfinishedRuns,
} from '../../lambda/ports.ts';
import type { Remote } from './remote.ts';

export interface MemoryLockStore extends LockStore {
  readonly unfinished: UnfinishedRuns;
  readonly runs: RunRecords;
  readRecord(correlationId: string, timeoutMs: number): Promise<LiquidationRecord | undefined>;
}

export type LockOperation = keyof LockStore | keyof UnfinishedRuns | keyof RunRecords | 'readRecord';

const MOST_SEALS = 500;

export function createMemoryLockStore(remote: Remote<LockOperation>): MemoryLockStore {
  const records = new Map<string, LiquidationRecord>();
  const preflights = new Map<string, PreflightNote>();
  return {
    claim: (claim, timeoutMs) => remote('claim', claim.correlationId, timeoutMs, () => takeOrExplain(records, claim)),
    whose: (correlationId, token, timeoutMs) =>
      remote('whose', correlationId, timeoutMs, () => whoseRun(records.get(correlationId), token)),
    conclude: (conclusion, timeoutMs) =>
      remote('conclude', conclusion.correlationId, timeoutMs, () => conclude(records, conclusion)),
    seal: (correlationId, seal, _nowMs, timeoutMs) =>
      remote('seal', correlationId, timeoutMs, () => noteSeal(records, correlationId, seal)),
    notePreflight: (note, timeoutMs) =>
      remote('notePreflight', note.correlationId, timeoutMs, () => {
        const before = preflights.get(note.botId)?.headline;
        preflights.set(note.botId, copyOf(note));
        return before;
      }),
    readRecord: (correlationId, timeoutMs) =>
      remote('readRecord', correlationId, timeoutMs, () => records.get(correlationId)),
    unfinished: {
      due: (nowMs, limit, timeoutMs) => remote('due', '', timeoutMs, () => due(records, nowMs, limit)),
      giveUp: (run, nowMs, timeoutMs) =>
        remote('giveUp', run.correlationId, timeoutMs, () => giveUp(records, run, nowMs)),
    },
    runs: {
      recent: (query, timeoutMs) => remote('recent', '', timeoutMs, () => recent(records, query)),
      read: (correlationId, timeoutMs) => remote('read', correlationId, timeoutMs, () => records.get(correlationId)),
      lastPreflights: (botIds, timeoutMs) => {
        const find = () => new Map([...preflights].filter(([botId]) => botIds.includes(botId)));
        return remote('lastPreflights', '', timeoutMs, find);
      },
    },
  };
}

type Records = Map<string, LiquidationRecord>;

function takeOrExplain(records: Records, claim: Claim): ClaimResult {
  const standing = records.get(claim.correlationId) ?? emptyRecord(claim.correlationId);
  if (standing.botId !== undefined && standing.botId !== claim.botId) {
    throw new StoreError('refused', `${claim.correlationId} belongs to the bot ${standing.botId}; use another ID.`);
  }
  refuseOtherScope(standing, claim);
  const finishedAtMs = standing.finishedAtMs ?? 0;
  if (standing.state === 'completed' && finishedAtMs >= claim.retakeCompletedBeforeMs) {
    if (standing.answer === undefined) throw new StoreError('refused', `${claim.correlationId} has no answer.`);
    return { kind: 'completed', answer: standing.answer, finishedAtMs };
  }
  const leaseUntilMs = standing.leaseUntilMs ?? claim.nowMs;
  if (standing.state === 'in_progress' && leaseUntilMs > claim.nowMs && standing.holder !== claim.resumes) {
    if (standing.holder === claim.holder) return takenFrom(standing, standing.priorState, claim);
    return { kind: 'in-progress', attempt: standing.attempts, leaseUntilMs };
  }
  const taken: LiquidationRecord = {
    ...standing,
    state: 'in_progress',
    priorState: standing.state,
    attempts: standing.attempts + 1,
    botId: claim.botId,
    claimedFor: standing.claimedFor ?? claimScope(claim),
    trigger: standing.trigger ?? claim.trigger,
    holder: claim.holder,
    leaseUntilMs: claim.leaseUntilMs,
    firstStartedAtMs: standing.firstStartedAtMs ?? claim.nowMs,
    startedAtMs: claim.nowMs,
    finishedAtMs: undefined,
    resumeAtMs: claim.leaseUntilMs,
    symbols: claim.symbols,
    trip: standing.trip ?? claim.trip,
  };
  records.set(claim.correlationId, taken);
  return takenFrom(taken, standing.state, claim);
}

const takenFrom = (record: LiquidationRecord, priorState: AnswerState, claim: Claim): ClaimResult => ({
  kind: 'taken',
  attempt: record.attempts,
  firstStartedAtMs: record.firstStartedAtMs ?? claim.nowMs,
  priorState,
  priorAnswer: record.answer,
  carried: record.carried,
});

function conclude(records: Records, conclusion: Conclusion): 'concluded' | 'superseded' {
  const { correlationId, attempt, holder, state, nowMs, resumeAtMs, carried } = conclusion;
  const record = records.get(correlationId);
  if (record?.holder !== holder || record.attempts !== attempt) return 'superseded';
  // The same conclusion once more, because the first one had no answer.
  if (record.state !== 'in_progress') return record.state === state ? 'concluded' : 'superseded';
  const [answer, seals] = [copyOf(conclusion.answer), withSeal(record.seals, conclusion.seal)];
  records.set(correlationId, { ...record, state, answer, finishedAtMs: nowMs, seals, resumeAtMs, carried });
  return 'concluded';
}

function noteSeal(records: Records, correlationId: string, seal: Seal): void {
  const record = records.get(correlationId) ?? emptyRecord(correlationId);
  if (seal.writer.startsWith('d-') && record.seals.length >= MOST_SEALS) return;
  records.set(correlationId, { ...record, seals: withSeal(record.seals, seal) });
}

function due(records: Records, nowMs: number, limit: number): readonly UnfinishedRun[] {
  return [...records.values()]
    .flatMap(record => unfinishedRun(record, nowMs) ?? [])
    .toSorted((a, b) => a.resumeAtMs - b.resumeAtMs)
    .slice(0, limit);
}

function recent(records: Records, query: RecentQuery): readonly LiquidationRecord[] {
  return [...records.values()]
    .filter(record => isListed(record, query))
    .toSorted((a, b) => (b.firstStartedAtMs ?? 0) - (a.firstStartedAtMs ?? 0))
    .slice(0, query.limit);
}

function giveUp(records: Records, run: UnfinishedRun, nowMs: number): boolean {
  const record = records.get(run.correlationId);
  if (record?.attempts !== run.attempt || record.resumeAtMs !== run.resumeAtMs) return false;
  records.set(run.correlationId, { ...record, resumeAtMs: undefined, gaveUpAtMs: nowMs });
  return true;
}

function withSeal(seals: readonly Seal[], seal: Seal): readonly Seal[] {
  const known = seals.some(
    ({ writer, items, lastHash }) => writer === seal.writer && items === seal.items && lastHash === seal.lastHash,
  );
  return known ? seals : [...seals, seal];
}

/** A remote store keeps text, not our object. */
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const emptyRecord = (correlationId: string): LiquidationRecord => ({
  ...{ correlationId, state: 'idle', priorState: 'idle', attempts: 0, seals: [] },
  ...{ botId: undefined, claimedFor: undefined, trigger: undefined, symbols: undefined, trip: undefined },
  ...{ holder: undefined, leaseUntilMs: undefined, answer: undefined, carried: undefined },
  ...{ firstStartedAtMs: undefined, startedAtMs: undefined, finishedAtMs: undefined },
  ...{ resumeAtMs: undefined, gaveUpAtMs: undefined },
});

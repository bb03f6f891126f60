/**
 * The idempotency lock in the table `liquidations`: one conditional write claims, one concludes.
 *
 * A claim without an answer may have taken the lock. On a StoreError the caller continues without a lease and does not
 * conclude; a lease that was stored all the same expires, and the attempt that takes over then finds the account flat.
 * A second claim by the same holder shows it: a claim that was stored is returned to its holder, never refused.
 */

import { RECENT_SHARD, RESUME_SHARD } from '../../contract.ts';
import { StoreError } from '../../core/invocation/error-codes.ts';
import { claimScope, refuseOtherScope, whoseRun } from '../../core/invocation/liquidation-record.ts';
import type { Claim, ClaimResult, Conclusion, LiquidationRecord, LockStore, Seal } from '../../ports.ts';
import { callsOf } from './bounded-call.ts';
import { expiryOf, isoOf, readRecordItem, sealText, truncateAnswer } from './lock-record.ts';
import { readRecord, type TableAccess, updateRecord, values } from './lock-table.ts';
import { writePreflightNote } from './preflight-notes.ts';

export interface DynamoLockStore extends LockStore {
  /** For tools: undefined when there is no record. Consistent. */
  readRecord(correlationId: string, timeoutMs: number): Promise<LiquidationRecord | undefined>;
}

export function createLockStore(table: TableAccess): DynamoLockStore {
  const bounded = callsOf(table);
  return {
    claim: (claim, timeoutMs) =>
      bounded(`claim the lock of ${claim.correlationId}`, timeoutMs, signal => takeOrExplain(table, claim, signal)),
    whose: (correlationId, token, timeoutMs) =>
      bounded(`read the record of ${correlationId}`, timeoutMs, async signal =>
        whoseRun(await readRecord(table, correlationId, signal), token),
      ),
    conclude: (conclusion, timeoutMs) =>
      bounded(`conclude ${conclusion.correlationId}`, timeoutMs, signal => conclude(table, conclusion, signal)),
    seal: (correlationId, seal, nowMs, timeoutMs) =>
      bounded(`seal ${seal.writer} of ${correlationId}`, timeoutMs, signal =>
        noteSeal(table, correlationId, { seal, nowMs }, signal),
      ),
    notePreflight: (note, timeoutMs) =>
      bounded(`note the preflight of ${note.botId}`, timeoutMs, signal => writePreflightNote(table, note, signal)),
    readRecord: (correlationId, timeoutMs) =>
      bounded(`read the record of ${correlationId}`, timeoutMs, signal => readRecord(table, correlationId, signal)),
  };
}

/** The record may become free between the refused claim and the read of it: then one more claim settles it. */
async function takeOrExplain(table: TableAccess, claim: Claim, signal: AbortSignal): Promise<ClaimResult> {
  for (const _claim of ['first', 'after a read']) {
    const taken = await tryClaim(table, claim, signal);
    if (taken?.attempts === 0)
      throw new StoreError('refused', `The record of ${claim.correlationId} does not count its attempts.`);
    if (taken !== undefined) return takenFrom(taken, claim);
    const record = await readRecord(table, claim.correlationId, signal);
    const standing = record && explain(record, claim);
    if (standing !== undefined) return standing;
  }
  throw new StoreError('refused', `The record of ${claim.correlationId} changes faster than it can be claimed.`);
}

/** Undefined when the condition failed. The right-hand sides see the item as it was, so `prior_state` is the old state. */
async function tryClaim(table: TableAccess, claim: Claim, signal: AbortSignal): Promise<LiquidationRecord | undefined> {
  const written = await updateRecord(table, claim.correlationId, signal, {
    UpdateExpression: `SET prior_state = if_not_exists(run_state, :idle), run_state = :in_progress,
      fence = if_not_exists(fence, :zero) + :one, holder = :holder, lease_until_at_ms = :lease_until,
      bot_id = :bot_id, claimed_for = if_not_exists(claimed_for, :claimed_for), set_off_by = if_not_exists(set_off_by, :trigger),
      first_started_at_ms = if_not_exists(first_started_at_ms, :now),
      started_at_ms = :now, started_at = :now_text, expires_at = :expires_at,
      recent_shard = :recent_shard,
      resume_shard = :resume_shard, resume_at_ms = :lease_until${claim.symbols ? ', only_symbols = :only_symbols' : ''}${claim.trip ? ', trip_id = if_not_exists(trip_id, :trip_id)' : ''}
      REMOVE finished_at_ms, finished_at${claim.symbols ? '' : ', only_symbols'}`,
    ConditionExpression: MAY_CLAIM,
    ExpressionAttributeValues: values({
      ...{ idle: 'idle', in_progress: 'in_progress', partial: 'partial', failed: 'failed', skipped: 'skipped' },
      ...{ completed: 'completed', retake_completed_before: claim.retakeCompletedBeforeMs, zero: 0, one: 1 },
      ...{ bot_id: claim.botId, claimed_for: claimScope(claim), trigger: claim.trigger },
      ...{ holder: claim.holder, resumes: claim.resumes ?? NO_HOLDER, lease_until: claim.leaseUntilMs },
      ...{ now: claim.nowMs, now_text: isoOf(claim.nowMs), expires_at: expiryOf(claim.nowMs) },
      // In the index until the run is concluded: if its lease is over before that, the run is dead.
      ...{ resume_shard: RESUME_SHARD, recent_shard: RECENT_SHARD },
      ...(claim.symbols ? { only_symbols: [...claim.symbols] } : {}),
      ...(claim.trip ? { trip_id: claim.trip } : {}),
    }),
    ReturnValues: 'ALL_NEW',
  });
  return written && readRecordItem(written);
}

/** The name of no holder. */
const NO_HOLDER = '-';

/** Why a claim was refused; undefined when by now it would not be. */
function explain(record: LiquidationRecord, claim: Claim): ClaimResult | undefined {
  if (record.botId !== undefined && record.botId !== claim.botId) {
    throw new StoreError(
      'refused',
      `The correlation ID ${claim.correlationId} belongs to the bot ${record.botId}, not ${claim.botId}; use another.`,
    );
  }
  refuseOtherScope(record, claim);
  if (record.state === 'completed') {
    const finishedAtMs = record.finishedAtMs ?? 0;
    if (finishedAtMs < claim.retakeCompletedBeforeMs) return undefined;
    if (record.answer !== undefined) return { kind: 'completed', answer: record.answer, finishedAtMs };
    throw new StoreError('refused', `The stored answer of ${claim.correlationId} cannot be read.`);
  }
  if (record.state !== 'in_progress') return undefined;
  // The SDK repeats a request whose reply was lost: then it is our own first try that we find in progress.
  if (record.holder === claim.holder) return takenFrom(record, claim);
  const leaseUntilMs = record.leaseUntilMs ?? claim.nowMs;
  return leaseUntilMs > claim.nowMs ? { kind: 'in-progress', attempt: record.attempts, leaseUntilMs } : undefined;
}

const takenFrom = (record: LiquidationRecord, claim: Claim): ClaimResult => ({
  kind: 'taken',
  attempt: record.attempts,
  firstStartedAtMs: record.firstStartedAtMs ?? claim.nowMs,
  priorState: record.priorState,
  priorAnswer: record.answer,
  carried: record.carried,
});

async function conclude(
  table: TableAccess,
  conclusion: Conclusion,
  signal: AbortSignal,
): Promise<'concluded' | 'superseded'> {
  const { correlationId, attempt, holder, state, answer, seal, nowMs, resumeAtMs, carried } = conclusion;
  const over = resumeAtMs === undefined;
  const removed = [...(over ? ['resume_shard', 'resume_at_ms'] : []), ...(carried === undefined ? ['carried'] : [])];
  const written = await updateRecord(table, correlationId, signal, {
    UpdateExpression: `SET run_state = :state, answer = :answer, headline = :headline,
      finished_at_ms = :now, finished_at = :now_text, expires_at = :expires_at
      ${carried === undefined ? '' : ', carried = :carried'}${over ? '' : ', resume_at_ms = :resume_at'}
      ${removed.length === 0 ? '' : `REMOVE ${removed.join(', ')}`} ADD seals :seal`,
    ConditionExpression: MAY_CONCLUDE,
    ExpressionAttributeValues: {
      ...values({
        ...{ state, answer: truncateAnswer(answer), headline: answer.headline },
        ...{ now: nowMs, now_text: isoOf(nowMs), expires_at: expiryOf(nowMs) },
        ...{ holder, fence: attempt, in_progress: 'in_progress' },
        ...(over ? {} : { resume_at: resumeAtMs }),
        ...(carried === undefined ? {} : { carried }),
      }),
      ':seal': { SS: [sealText(seal)] },
    },
  });
  if (written !== undefined) return 'concluded';
  // As with the claim: it may be our own first try that has changed the state.
  const record = await readRecord(table, correlationId, signal);
  const ours = record?.holder === holder && record.attempts === attempt && record.state === state;
  return ours ? 'concluded' : 'superseded';
}

/** Refused duplicates are noted up to a number; after that, silently, no more. */
async function noteSeal(
  table: TableAccess,
  correlationId: string,
  { seal, nowMs }: { readonly seal: Seal; readonly nowMs: number },
  signal: AbortSignal,
): Promise<void> {
  const isDuplicate = seal.writer.startsWith('d-');
  await updateRecord(table, correlationId, signal, {
    UpdateExpression: 'SET expires_at = if_not_exists(expires_at, :expires_at) ADD seals :seal',
    ExpressionAttributeValues: {
      ':seal': { SS: [sealText(seal)] },
      ...values({ expires_at: expiryOf(nowMs) }),
      ...(isDuplicate ? values({ most_seals: MOST_SEALS }) : {}),
    },
    ...(isDuplicate ? { ConditionExpression: MAY_SEAL_DUPLICATE } : {}),
  });
}

/*
 * When a correlation ID may be claimed, and by whom it may be concluded.
 *
 *              claim 1                claim 2 takes over            conclude 2            claim 3 (if unfinished)
 *   ──nobody──▶│◀── lease of 1 ──────▶│◀── lease of 2 ─────────────▶│                     │
 *     (1)      fence 1           lease_until (2)  fence 2        run_state final (3)      fence 3
 *
 *   (1) NONE_YET           no attempt was ever made; a seal alone (an unlocked run) does not count
 *   (2) LEASE_RAN_OUT      in progress, but its holder is dead: from the very instant `lease_until_at_ms` on
 *   (3) ENDED_UNFINISHED   partial, failed or skipped
 *   (4) COMPLETED_BEFORE   completed so long ago that the result no longer answers, or to be confirmed
 *   (5) HANDED_OVER        in progress, but its holder has ended: it called this invocation, and its end was not stored
 */
const NONE_YET = 'attribute_not_exists(run_state)';
const LEASE_RAN_OUT = '(run_state = :in_progress AND lease_until_at_ms <= :now)';
const ENDED_UNFINISHED = 'run_state IN (:partial, :failed, :skipped)';

const COMPLETED_BEFORE = '(run_state = :completed AND finished_at_ms < :retake_completed_before)';
const HANDED_OVER = '(run_state = :in_progress AND holder = :resumes)';

/** One ID belongs to one bot: else the second bot would get FLAT because the first one is flat. */
const SAME_BOT = '(attribute_not_exists(bot_id) OR bot_id = :bot_id)';

/** One ID is for one thing: else a call about one symbol would answer for the account. Older records do not say. */
const SAME_SCOPE = '(attribute_not_exists(claimed_for) OR claimed_for = :claimed_for)';

const MAY_CLAIM = `(${NONE_YET} OR ${LEASE_RAN_OUT} OR ${ENDED_UNFINISHED} OR ${COMPLETED_BEFORE} OR ${HANDED_OVER}) AND ${SAME_BOT} AND ${SAME_SCOPE}`;

/** A holder whose lease ran out may still conclude, as long as nobody took over. */
const MAY_CONCLUDE = 'holder = :holder AND fence = :fence AND run_state = :in_progress';

/** Many duplicates must not grow the record to DynamoDB's 400 KB. */
const MAY_SEAL_DUPLICATE = 'attribute_not_exists(seals) OR size(seals) < :most_seals';
const MOST_SEALS = 500;

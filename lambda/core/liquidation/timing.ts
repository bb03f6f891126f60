/**
 * Deadline and backoff. Instants are epoch ms of the one clock, durations end in `Ms`.
 *
 *   started            workUntil     answerBy          Lambda stops us
 *   |── liquidating ───|── storing ──|──── reserve ────|
 *
 * Storing is the time to write the audit log, conclude the lock and answer; the caller's timeout includes it.
 */

export interface Deadline {
  readonly startedAtMs: number;
  /** No request and no wait goes beyond it. */
  readonly workUntilMs: number;
  /** The caller has its answer by then. */
  readonly answerByMs: number;
}

/** Kept free before Lambda ends the invocation. */
const LAMBDA_RESERVE_MS = 500;
const STORE_RESERVE_SHARE = 0.15;
const STORE_RESERVE_MAX_MS = 500;

/** `remainingMs`: until Lambda's timeout. */
export function deadlineFor(startedAtMs: number, timeoutMs: number, remainingMs: number): Deadline {
  const budgetMs = Math.max(0, Math.min(timeoutMs, remainingMs - LAMBDA_RESERVE_MS));
  const storeReserveMs = Math.min(STORE_RESERVE_MAX_MS, budgetMs * STORE_RESERVE_SHARE);
  const answerByMs = startedAtMs + budgetMs;
  return { startedAtMs, workUntilMs: answerByMs - storeReserveMs, answerByMs };
}

export const leftMs = (untilMs: number, nowMs: number): number => Math.max(0, untilMs - nowMs);

/** No read is sent a second time sooner than this. */
export const DUPLICATE_READ_MIN_MS = 150;

/** The shortest wait for the answer to a request that may be sent twice. */
export const PATIENCE_MIN_MS = 500;

/** When an answer counts as missing: after several times the usual latency. */
export const overdueMs = ({ latencyMs = 0 }: { readonly latencyMs: number | undefined }): number =>
  Math.max(OVERDUE_MIN_MS, latencyMs * 4);

const OVERDUE_MIN_MS = 1_500;

const BACKOFF_MAX_MS = 5_000;

/** The wait before try `failures + 1`: doubles each time; `fraction` in [0, 1) spreads it between half and all of that. */
export function backoffMs(baseMs: number, failures: number, fraction: number): number {
  const fullMs = Math.min(BACKOFF_MAX_MS, baseMs * 2 ** Math.max(0, failures - 1));
  return fullMs * (0.5 + fraction / 2);
}

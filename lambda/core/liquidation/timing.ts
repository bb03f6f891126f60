/**
 * Deadline and backoff. Instants are epoch ms of the one clock, durations end in `Ms`.
 *
 *   started            workUntil     answerBy          Lambda stops us
 *   |── liquidating ───|── landing ──|──── reserve ────|
 *
 * Landing is the time to write the audit log, conclude the lock and answer; the caller's timeout includes it.
 */

export interface Deadline {
  readonly startedAtMs: number;
  /** No request and no wait goes beyond it. */
  readonly workUntilMs: number;
  /** The caller has its answer by then. */
  readonly answerByMs: number;
}

/** Kept free between our answer and the instant at which Lambda would kill us. */
const LAMBDA_RESERVE_MS = 500;
const LANDING_SHARE = 0.15;
const LANDING_MAX_MS = 500;

/** `remainingMs` is what Lambda's own timeout leaves. */
export function deadlineFor(startedAtMs: number, timeoutMs: number, remainingMs: number): Deadline {
  const budgetMs = Math.max(0, Math.min(timeoutMs, remainingMs - LAMBDA_RESERVE_MS));
  const landingMs = Math.min(LANDING_MAX_MS, budgetMs * LANDING_SHARE);
  const answerByMs = startedAtMs + budgetMs;
  return { startedAtMs, workUntilMs: answerByMs - landingMs, answerByMs };
}

export const leftMs = (untilMs: number, nowMs: number): number => Math.max(0, untilMs - nowMs);

/** No read is asked for a second time before, however fast the exchange usually answers. */
export const HEDGE_MIN_MS = 150;

/** How long the answer to a request that may be sent twice is waited for at least. */
export const PATIENCE_MIN_MS = 500;

/** From when on an answer counts as silence: several times the usual latency. */
export const overdueMs = ({ latencyMs = 0 }: { readonly latencyMs: number | undefined }): number =>
  Math.max(OVERDUE_MIN_MS, latencyMs * 4);

const OVERDUE_MIN_MS = 1_500;

const BACKOFF_MAX_MS = 5_000;

/**
 * The wait before try number `failures + 1`: doubles with each failure, and between half and all of it is taken by
 * `fraction` in [0, 1), so that symbols which failed together do not come back together.
 */
export function backoffMs(baseMs: number, failures: number, fraction: number): number {
  const fullMs = Math.min(BACKOFF_MAX_MS, baseMs * 2 ** Math.max(0, failures - 1));
  return fullMs * (0.5 + fraction / 2);
}

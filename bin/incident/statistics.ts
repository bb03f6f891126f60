/**
 * Statistics of liquidations, from their records alone. A rate is undefined when there is nothing to divide by; a
 * liquidation that is still open counts in no rate.
 */

import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import type { LiquidationRecord } from '../../lambda/ports.ts';

export type Statistics = Readonly<ReturnType<typeof statisticsOf>>;

/** `records` are claimed liquidations, in any order. */
export function statisticsOf(records: readonly LiquidationRecord[]) {
  const over = records.filter(record => !isOpen(record) && record.state !== 'skipped');
  const flat = records.filter(endedFlat);
  const closed = sum(records.map(({ answer }) => answer?.positions_closed ?? 0));
  const failed = sum(records.map(({ answer }) => answer?.positions_failed ?? 0));
  return {
    executions: records.length,
    byState: Object.fromEntries(tally(records.map(({ state }) => state))),
    byTrigger: byTrigger(records),
    /** Not ended: an attempt is in progress, or another will follow. */
    open: records.filter(isOpen).length,
    /** The share that ended flat, of those that ended and were not switched off; 0 to 1. */
    successRate: ratio(flat.length, over.length),
    /** The share of closed positions, of those to close; 0 to 1. */
    positionSuccessRate: ratio(closed, closed + failed),
    positionsClosed: closed,
    positionsFailed: failed,
    /** From the first call to the first of the reads that found the account flat for good. */
    timeToFlat: timeToFlat(flat),
    /** Errors of the last answers, the most frequent first. Resolved errors are only in the audit logs. */
    errors: tally(records.flatMap(({ answer }) => (answer?.errors ?? []).map(({ code }) => code))).map(
      ([code, times]) => ({ code, heading: headingOf(code), times }),
    ),
  };
}

/** A liquidation whose retries have ended is not resumed. */
const isOpen = ({ state, resumeAtMs }: LiquidationRecord): boolean =>
  resumeAtMs !== undefined && (state === 'in_progress' || state === 'partial' || state === 'failed');

const endedFlat = ({ state, answer }: LiquidationRecord): boolean => isFlatResult(state, answer?.headline ?? '');

function byTrigger(records: readonly LiquidationRecord[]) {
  return tally(records.map(({ trigger }) => trigger ?? 'unknown')).map(([trigger, executions]) => ({
    trigger,
    executions,
    flat: records.filter(record => (record.trigger ?? 'unknown') === trigger && endedFlat(record)).length,
  }));
}

function timeToFlat(flat: readonly LiquidationRecord[]) {
  const times = flat.flatMap(record => timeToFlatMs(record) ?? []).toSorted((a, b) => a - b);
  const slowestMs = times.at(-1);
  if (slowestMs === undefined) return undefined;
  return { count: times.length, medianMs: quantile(times, 0.5), p95Ms: quantile(times, 0.95), slowestMs };
}

/** Older answers do not have it: until the answer was stored. Undefined where no account was seen flat. */
export const timeToFlatMs = (record: LiquidationRecord): number | undefined => {
  const { state, answer, firstStartedAtMs, finishedAtMs } = record;
  if (state === 'completed' && !endedFlat(record)) return undefined;
  if (answer?.flat_after_seconds !== undefined) return Math.round(answer.flat_after_seconds * 1_000);
  return firstStartedAtMs === undefined || finishedAtMs === undefined ? undefined : finishedAtMs - firstStartedAtMs;
};

/** Nearest rank: always a measured time. `sorted` is not empty. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;

/** Most frequent first, then by name. */
function tally<T extends string>(names: readonly T[]): readonly (readonly [name: T, times: number])[] {
  const counts = new Map<T, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

const headingOf = (code: string): string | undefined =>
  Object.entries(ERROR_CODES).find(([known]) => known === code)?.[1].heading;

const ratio = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Two replies to two calls that were made side by side, as one. */

import type { Failure, Reason } from '../../core/exchange/failure.ts';
import type { Rows } from '../../core/exchange/model.ts';
import type { Reply } from '../../ports.ts';

/** The trail has both requests. */
const withTrace = <T>(reply: Reply<T>, other: Reply<unknown>): Reply<T> => ({
  ...reply,
  also: [...(reply.also ?? []), other.trace, ...(other.also ?? [])],
});

/**
 * Rows of two pages. Where one of them cannot be read, the rows of the other are acted on, and what is missing forbids
 * the proof like a row that cannot be read. What is to be repaired first (clock, key, limits) is told as the failure.
 */
export function joinRows<Row>(
  first: Reply<Rows<Row>>,
  second: Reply<Rows<Row>>,
  join: (first: readonly Row[], second: readonly Row[]) => readonly Row[],
): Reply<Rows<Row>> {
  if (first.ok && second.ok) {
    const rows = join(first.value.rows, second.value.rows);
    const unread = [...first.value.unread, ...second.value.unread];
    return withTrace({ ...first, value: { rows, unread } }, second);
  }
  const [read, failed] = first.ok ? [first, second] : [second, first];
  if (failed.ok || !read.ok || COMES_FIRST.has(failed.failure.reason)) return withTrace(failed, read);
  const problem = `a page of the list: ${failed.failure.message}`;
  const unread = [...read.value.unread, { symbol: undefined, problem }];
  return withTrace({ ...read, value: { rows: read.value.rows, unread } }, failed);
}

const COMES_FIRST: ReadonlySet<Reason> = new Set([
  ...(['clock', 'key', 'location', 'firewall', 'account-blocked'] as const),
  ...(['weight-limit', 'order-limit', 'ip-ban', 'overloaded', 'stale-connection', 'not-sent'] as const),
]);

/** Both must be done. Where there is nothing to cancel, it is. */
export function joinDone(first: Reply<null>, second: Reply<null>): Reply<null> {
  const isUndone = (reply: Reply<null>): boolean => !reply.ok && reply.failure.reason !== 'nothing-there';
  if (isUndone(first)) return withTrace(first, second);
  if (isUndone(second)) return withTrace(second, first);
  return first.ok ? withTrace(first, second) : withTrace(second, first);
}

/** An endpoint that is gone has nothing to show, and nothing to cancel. */
export function orNothing<T>(reply: Reply<T>, nothing: T): Reply<T> {
  return !reply.ok && isGone(reply.failure) ? { ok: true, value: nothing, trace: reply.trace } : reply;
}

const isGone = ({ reason }: Failure): boolean => reason === 'no-such-path';

/** One value of two answers; the first failure where one is missing. */
export function joinValues<A, B, T>(first: Reply<A>, second: Reply<B>, join: (first: A, second: B) => T): Reply<T> {
  if (!first.ok) return withTrace(first, second);
  if (!second.ok) return withTrace(second, first);
  return withTrace({ ...first, value: join(first.value, second.value) }, second);
}

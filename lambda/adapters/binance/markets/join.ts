/** Two replies to two calls that were made side by side, as one. */

import type { Failure, Reason } from '../../../core/exchange/failure.ts';
import type { Rows, UnreadRow } from '../../../core/exchange/model.ts';
import type { Clock, Reply } from '../../../ports.ts';

/** The audit log has both requests. */
const withTrace = <T>(reply: Reply<T>, other: Reply<unknown>): Reply<T> => ({
  ...reply,
  also: [...(reply.also ?? []), other.trace, ...(other.also ?? [])],
});

/**
 * Rows of two pages. If one page failed, the rows of the other are used, and the missing page prevents the proof,
 * like an unreadable row. A failure that must be repaired first (clock, key, limits) is returned in place of the rows.
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
  const unread = [...read.value.unread, pageUnread(failed.failure.message)];
  return withTrace({ ...read, value: { rows: read.value.rows, unread, missing: failed.failure } }, failed);
}

/** Rows, and what a page beside them adds. Without that page the rows stay, and the page is named as missing. */
export function joinBeside<Row, Beside>(rows: Reply<Rows<Row>>, beside: Reply<Beside>): Reply<Rows<Row>> {
  if (!rows.ok) return withTrace(rows, beside);
  if (beside.ok) return withTrace({ ...rows, value: { ...rows.value, ...beside.value } }, beside);
  const unread = [...rows.value.unread, pageUnread(beside.failure.message)];
  return withTrace({ ...rows, value: { ...rows.value, unread, missing: beside.failure } }, beside);
}

const pageUnread = (problem: string): UnreadRow => ({ symbol: undefined, problem, isPage: true });

/** Two answers to simultaneous requests are seldom further apart than this. */
const SECOND_PAGE_WAIT_MS = 25;

/** Needed to pass on the first page before the second one comes. */
export interface Page {
  readonly clock: Clock;
  readonly inPart: ((rows: Rows<unknown>) => void) | undefined;
}

/** Passes on the first page alone if the second takes longer, so that nothing waits for a page that hangs. */
export async function bothPages<A extends Rows<unknown>, B extends Rows<unknown>>(
  pages: readonly [Promise<Reply<A>>, Promise<Reply<B>>],
  { clock, inPart }: Page,
  partOf: (page: A | B) => Rows<unknown> = page => page,
): Promise<[Reply<A>, Reply<B>]> {
  const over = new AbortController();
  const passOnFirst = async (): Promise<void> => {
    const first = await Promise.race<Reply<A | B>>(pages);
    if (!first.ok) return;
    await clock.sleep(SECOND_PAGE_WAIT_MS, over.signal);
    if (over.signal.aborted) return;
    const part = partOf(first.value);
    inPart?.({ ...part, unread: [...part.unread, pageUnread('no answer yet')] });
  };
  if (inPart !== undefined) void passOnFirst();
  const both = await Promise.all(pages);
  over.abort('both are there');
  return both;
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

/** -4120: "Please use the Algo Order API endpoints instead." */
const isGone = ({ reason, exchangeCode }: Failure): boolean => reason === 'no-such-path' || exchangeCode === -4120;

/** One value of two answers; the first failure where one is missing. */
export function joinValues<A, B, T>(first: Reply<A>, second: Reply<B>, join: (first: A, second: B) => T): Reply<T> {
  if (!first.ok) return withTrace(first, second);
  if (!second.ok) return withTrace(second, first);
  return withTrace({ ...first, value: join(first.value, second.value) }, second);
}

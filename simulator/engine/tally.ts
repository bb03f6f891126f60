/** Sums of the journal: answers of the rate limits, and the weight of each call. */

import type { JournalEntry } from './journal.ts';

export interface Tally {
  readonly requests: number;
  /** Answers with status 429. */
  readonly limited: number;
  /** Answers with status 418. */
  readonly banned: number;
  /** Of all hosts and addresses. */
  readonly weight: number;
  readonly orders: number;
  /** By verb and path: `GET /fapi/v1/openOrders`. */
  readonly byCall: Readonly<Record<string, CallTally>>;
}

interface CallTally {
  readonly requests: number;
  readonly weight: number;
}

export function tallyOf(journal: readonly JournalEntry[]): Tally {
  const byCall: Record<string, CallTally> = {};
  for (const { method, path, weight } of journal) {
    const known = byCall[`${method} ${path}`] ?? { requests: 0, weight: 0 };
    byCall[`${method} ${path}`] = { requests: known.requests + 1, weight: known.weight + weight };
  }
  return {
    requests: journal.length,
    limited: journal.filter(({ status }) => status === 429).length,
    banned: journal.filter(({ status }) => status === 418).length,
    weight: journal.reduce((sum, { weight }) => sum + weight, 0),
    orders: journal.reduce((sum, { orders }) => sum + orders, 0),
    byCall,
  };
}

/** Every request and its answer, for checks. Never a key, a signature or a signed URL. */

export interface JournalEntry {
  /** In order of arrival, from 1. */
  readonly seq: number;
  readonly receivedAtMs: number;
  /** When the caller had the answer; undefined before that, and for requests without an answer. */
  answeredAtMs: number | undefined;
  readonly method: string;
  readonly path: string;
  /** As sent, without the signature. */
  readonly params: Readonly<Record<string, string>>;
  /** The account's name; undefined when the key is missing or unknown. */
  readonly account: string | undefined;
  /** HTTP status; undefined when nothing was answered. */
  status: number | undefined;
  /** The error code in the answer's body. */
  code: number | undefined;
  /** Whether the exchange executed the request, whatever it answered. */
  executed: boolean;
  weight: number;
  orders: number;
  /** The kinds of its scripted faults, joined by `+`. */
  fault: string | undefined;
}

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

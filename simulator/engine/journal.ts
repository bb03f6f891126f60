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

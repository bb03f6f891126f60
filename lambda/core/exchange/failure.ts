/**
 * What is known after a failed call to the exchange. Two questions, answered apart:
 *
 *   certainty   may it have been executed?         refused · throttled · unreached: no      unknown: perhaps
 *   subject     what does the refusal speak about? this request … the whole account
 *
 * A subject is a claim of one answer. What speaks about the key, the address or the account stops a run only once it
 * is confirmed (core/liquidation/trouble.ts): another signed request, of another kind, fails in the same way after the repair.
 */

/**
 *   refused    the exchange said no: not executed
 *   throttled  not executed, wait
 *   unreached  certainly not executed: the request never arrived
 *   unknown    may have been executed: look before the same order is sent again
 */
export type Certainty = 'refused' | 'throttled' | 'unreached' | 'unknown';

/** What a failure speaks about, from the narrowest to the widest. `path`: this endpoint, whatever it is asked. */
export type Subject = 'request' | 'target' | 'symbol' | 'path' | 'key' | 'address' | 'account';

export type Reason =
  // the wire
  | 'not-sent'
  | 'unreachable'
  | 'no-answer'
  /** Reset or silence on a connection that was used before: the connection was dead, the exchange may be well. */
  | 'stale-connection'
  | 'bad-reply'
  | 'server-error'
  // limits
  | 'weight-limit'
  | 'order-limit'
  | 'overloaded'
  | 'ip-ban'
  // who we are
  | 'key'
  | 'location'
  | 'firewall'
  | 'account-blocked'
  | 'clock'
  /** The order waited in the matching engine for longer than its recvWindow. */
  | 'window'
  | 'no-such-path'
  // the order
  | 'nothing-there'
  | 'already-sent'
  | 'reduce-only-rejected'
  | 'too-large'
  | 'too-small'
  | 'too-many-digits'
  | 'thin-book'
  /** The price of a limit order is outside of the band around the mark. */
  | 'price-band'
  | 'mode-mismatch'
  | 'not-trading'
  | 'symbol-restricted'
  | 'triggering'
  | 'too-many-open'
  | 'rejected'
  | 'our-bug'
  | 'unexpected';

export interface Failure {
  readonly certainty: Certainty;
  readonly subject: Subject;
  readonly reason: Reason;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** The exchange's own code (-NNNN), when there was one. */
  readonly exchangeCode?: number;
  /** For people. Rebuilt by us: never a key, a signature or a URL. */
  readonly message: string;
  /** The wait that the exchange requested, in ms from the answer; never 0 or less: then the window's end is meant. */
  readonly retryAfterMs?: number;
}

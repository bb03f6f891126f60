/**
 * What is known after a failed call to the exchange: may it have been executed (certainty), and what does it concern (subject)?
 * A subject is the claim of one answer. A failure of the key, the address or the account stops a run only once another kind of
 * signed request fails in the same way after the repair (core/liquidation/account-faults.ts).
 */

/**
 *   refused    the exchange said no: not executed
 *   throttled  not executed, wait
 *   unreached  not executed: the request never arrived
 *   unknown    may have been executed: read before the same order is sent again
 */
export type Certainty = 'refused' | 'throttled' | 'unreached' | 'unknown';

/** What a failure concerns, from the narrowest to the widest. `path`: the endpoint, with any parameters. */
export type Subject = 'request' | 'target' | 'symbol' | 'path' | 'key' | 'address' | 'account';

export type Reason =
  // the wire
  | 'not-sent'
  | 'unreachable'
  | 'no-answer'
  /** Reset or silence on a connection that was used before: only the connection may be dead. */
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
  /** For people. Never contains a key, a signature or a URL. */
  readonly message: string;
  /** The wait that the exchange requested, from the answer on, above 0; undefined: to the end of the window. */
  readonly retryAfterMs?: number;
}

/** The words for what we know after a failure, and for why it happened. */

export type Knowledge = 'refused' | 'throttled' | 'unreached' | 'unknown' | 'forbidden';

export type Reason =
  // the wire
  | 'not-sent'
  | 'unreachable'
  | 'no-answer'
  | 'bad-reply'
  | 'server-error'
  // limits
  | 'weight-limit'
  | 'order-limit'
  | 'overloaded'
  // who we are
  | 'key'
  | 'location'
  | 'firewall'
  | 'ip-ban'
  | 'account-blocked'
  | 'clock'
  // the order
  | 'nothing-there'
  | 'already-sent'
  | 'reduce-only-rejected'
  | 'too-large'
  | 'too-small'
  | 'off-step'
  | 'thin-book'
  | 'mode-mismatch'
  | 'not-closable'
  | 'triggering'
  | 'too-many-open'
  | 'rejected'
  | 'our-bug'
  | 'unforeseen';

export interface Verdict {
  readonly knowledge: Knowledge;
  readonly reason: Reason;
}

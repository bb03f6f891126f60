/** What follows from a failure: a row for each reason, a column for each kind of operation. */

import type { Failure, Reason } from './failure.ts';
import type { Operation } from './request.ts';

export type Step =
  /** The same again at once, because only the connection was dead. Uses up no try. */
  | 'again'
  /** The same again after the requested wait or a growing pause. Uses up no try. */
  | 'wait'
  /** The same again after a growing pause. Uses up a try if nothing moved. */
  | 'later'
  /** As `later`, and the exchange's rules are read meanwhile. */
  | 'later-with-rules'
  /** Read the positions; they decide. Uses up a try if nothing moved. */
  | 'read'
  /** As `read`, and read the orders too: they block the close. */
  | 'read-orders'
  /** Another order at once. Uses up no try. */
  | 'smaller'
  | 'fewer-digits'
  | 'nearer-price'
  /** The book is empty: as `later`, the second time with a limit order. */
  | 'limit-order'
  /** The same at once with a wider recvWindow. Uses up no try. */
  | 'widen-window'
  /** The same once more, after the clock is set. Uses up no try. */
  | 'set-clock'
  /** The same once more, after the secret is read again. Uses up no try. */
  | 'read-secret'
  /** As `later`, and read the rules: is the symbol halted? */
  | 'check-trading'
  /** A cancel of what is gone already: counts as done. */
  | 'already-done'
  /** No further try in this attempt. */
  | 'give-up'
  /** As `give-up`, unless the rules allow another order. */
  | 'give-up-with-rules';

export const nextStep = (operation: Operation, failure: Failure): Step => STEPS[failure.reason][operation];

const row = (order: Step, cancel: Step, read: Step): Readonly<Record<Operation, Step>> => ({ order, cancel, read });

const STEPS = {
  'not-sent': row('wait', 'wait', 'wait'),
  unreachable: row('wait', 'wait', 'wait'),
  'no-answer': row('read', 'later', 'wait'),
  'stale-connection': row('read', 'again', 'again'),
  'bad-reply': row('read', 'later', 'wait'),
  'server-error': row('read', 'later', 'wait'),
  'weight-limit': row('wait', 'wait', 'wait'),
  'order-limit': row('wait', 'wait', 'wait'),
  overloaded: row('wait', 'wait', 'wait'),
  'ip-ban': row('wait', 'wait', 'wait'),
  key: row('read-secret', 'read-secret', 'read-secret'),
  location: row('later', 'later', 'wait'),
  firewall: row('later', 'later', 'wait'),
  'account-blocked': row('later', 'later', 'wait'),
  clock: row('set-clock', 'set-clock', 'set-clock'),
  window: row('widen-window', 'later', 'wait'),
  'no-such-path': row('later', 'later', 'later'),
  'nothing-there': row('read', 'already-done', 'later'),
  'already-sent': row('read', 'later', 'later'),
  'reduce-only-rejected': row('read-orders', 'later', 'later'),
  'too-large': row('smaller', 'later', 'later'),
  'too-small': row('give-up-with-rules', 'later', 'later'),
  'too-many-digits': row('fewer-digits', 'later', 'later'),
  'thin-book': row('limit-order', 'later', 'later'),
  'price-band': row('later-with-rules', 'later', 'later'),
  'mode-mismatch': row('read', 'later', 'later'),
  'not-trading': row('check-trading', 'later', 'later'),
  'symbol-restricted': row('give-up', 'later', 'later'),
  triggering: row('later', 'wait', 'later'),
  'too-many-open': row('read-orders', 'later', 'later'),
  rejected: row('later-with-rules', 'later', 'later'),
  'our-bug': row('later-with-rules', 'later', 'later'),
  unexpected: row('later-with-rules', 'later', 'wait'),
} as const satisfies Readonly<Record<Reason, Readonly<Record<Operation, Step>>>>;

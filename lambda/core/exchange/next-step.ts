/**
 * What follows from a failure: one table, a row for each reason, a column for each kind of operation. A read changes
 * nothing, a cancel may be sent twice, an order whose outcome is unknown is queried before the next one is sent.
 */

import type { Failure, Reason } from './failure.ts';
import type { Operation } from './request.ts';

export type Step =
  /** The same again at once: the connection was dead, not the exchange. Uses up no try. */
  | 'again'
  /** The same again after the requested wait or a growing pause. Uses up no try: only the deadline ends it. */
  | 'wait'
  /** The same again after a growing pause. Uses up a try where nothing moved. */
  | 'later'
  /** As `later`, and the exchange's rules are read meanwhile. */
  | 'later-with-rules'
  /** Read the positions; what they show decides. Uses up a try where nothing moved. */
  | 'read'
  /** As `read`, and read the orders too: they stand in the way. */
  | 'read-orders'
  /** Another order at once: a smaller one, one with fewer digits, a limit order where the book is empty, one nearer to the mark. */
  | 'smaller'
  | 'fewer-digits'
  | 'limit-order'
  | 'nearer-price'
  /** Wider recvWindow, the same at once. Uses up no try. */
  | 'widen-window'
  /** Set the clock, read the secret again; the same once more. Uses up no try. */
  | 'set-clock'
  | 'read-secret'
  /** Read the rules: is the symbol halted? */
  | 'check-trading'
  /** What was asked for is so already. */
  | 'reached'
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
  'nothing-there': row('read', 'reached', 'later'),
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

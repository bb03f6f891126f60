/** What is known when no usable answer came over the wire. Each sentence says whose time ran out, or what broke. */

import type { Failure } from '../../core/exchange/failure.ts';

/** Certainly nothing was sent. */
export const notSent = (why: string): Failure => ({
  certainty: 'unreached',
  subject: 'request',
  reason: 'not-sent',
  message: `not sent: ${why}`,
});

/** The connection was never made. */
export const unreachable = (message: string): Failure => ({
  certainty: 'unreached',
  subject: 'request',
  reason: 'unreachable',
  message,
});

/** Sent, and nothing usable came back. */
export const noAnswer = (message: string): Failure => ({
  certainty: 'unknown',
  subject: 'request',
  reason: 'no-answer',
  message,
});

/** As `noAnswer`, on a connection that had stood idle: it was dead, the exchange may be well. */
export const staleConnection = (message: string): Failure => ({
  certainty: 'unknown',
  subject: 'request',
  reason: 'stale-connection',
  message,
});

/** A success status over something that is no answer to what was asked. */
export const badReply = (status: number, message: string): Failure => ({
  certainty: 'unknown',
  subject: 'request',
  reason: 'bad-reply',
  status,
  message,
});

/** Nothing is sent without a signature. `message` is the signer's, and holds nothing of the secret. */
export const unusableSecret = (message: string): Failure => ({
  certainty: 'unreached',
  subject: 'key',
  reason: 'key',
  message,
});

/** A fault of ours or of a library: `sent` says whether the request may have gone out. */
export const unexpected = (message: string, sent: boolean): Failure => ({
  certainty: sent ? 'unknown' : 'unreached',
  subject: 'request',
  reason: 'unexpected',
  message,
});

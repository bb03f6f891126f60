/** What is known when no usable answer came over the wire. Each sentence says whose time ran out, or what broke. */

import type { Failure } from '../../core/exchange/failure.ts';

const unreached = (reason: Failure['reason'], message: string): Failure => ({
  ...{ certainty: 'unreached', subject: 'request', reason, message },
});

const unknown = (reason: Failure['reason'], message: string): Failure => ({
  ...{ certainty: 'unknown', subject: 'request', reason, message },
});

/** Certainly nothing was sent. */
export const notSent = (why: string): Failure => unreached('not-sent', `not sent: ${why}`);

/** The connection was never made. */
export const unreachable = (message: string): Failure => unreached('unreachable', message);

/** Sent, and nothing usable came back. */
export const noAnswer = (message: string): Failure => unknown('no-answer', message);

/** As `noAnswer`, on a connection that had stood idle: it was dead, the exchange may be well. */
export const staleConnection = (message: string): Failure => unknown('stale-connection', message);

/** A success status over something that is no answer to what was asked. */
export const badReply = (status: number, message: string): Failure => ({ ...unknown('bad-reply', message), status });

/** Nothing is sent without a signature. `message` is the signer's, and contains nothing of the secret. */
export const unusableSecret = (message: string): Failure => ({ ...unreached('key', message), subject: 'key' });

/** A fault of ours or of a library: `sent` says whether the request may have gone out. */
export const unexpected = (message: string, sent: boolean): Failure =>
  sent ? unknown('unexpected', message) : unreached('unexpected', message);

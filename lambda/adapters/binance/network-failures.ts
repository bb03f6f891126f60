/**
 * What is known when no usable answer came: was the connection never made, or may the request have arrived? Each sentence says
 * whose time ran out, or what broke. The error itself is dropped: a transport may attach the request to it, with key and signature.
 */

import type { Failure } from '../../core/exchange/failure.ts';

interface NetworkError {
  /** False: the connection was never made. */
  readonly connected: boolean;
  readonly detail: string;
}

/** Undefined for what is no transport error at all. */
export function networkError(error: unknown): NetworkError | undefined {
  const { code, syscall, message } = parts(error);
  if (code === undefined) return undefined;
  const tlsFailed = TLS_FAILED.test(code) || HANDSHAKE_TEXT.test(message);
  if (tlsFailed) return { connected: false, detail: `TLS handshake failed (${code})` };
  if (syscall === 'connect' || NEVER_CONNECTED.has(code)) {
    return { connected: false, detail: NEVER_CONNECTED.get(code) ?? `not connected (${code})` };
  }
  // A reset of a kept-alive connection can mean both, so it is counted among the unknown.
  return { connected: true, detail: CUT_OFF.get(code) ?? `no usable answer (${code})` };
}

const NEVER_CONNECTED: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', "the exchange's host name is unknown"],
  ['EAI_AGAIN', "the exchange's host name could not be resolved"],
  ['EHOSTUNREACH', 'no route to the exchange'],
  ['ENETUNREACH', 'no route to the exchange'],
  ['EHOSTDOWN', 'no route to the exchange'],
  ['EADDRNOTAVAIL', 'no local port is free'],
  ['EMFILE', 'too many open files'],
]);

/** Certificates and protocol versions are settled in the handshake. Other TLS errors can come later, so they do not count. */
const TLS_FAILED =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_|ERR_SSL_\w*(?:HANDSHAKE|VERSION|PROTOCOL|CERTIFICATE|UNKNOWN_CA))/;

/** Where the code alone (ECONNRESET, EPROTO) is not enough: Node's text for a reset in the handshake, and OpenSSL's texts. */
const HANDSHAKE_TEXT =
  /before secure TLS connection was established|SSL routines:.{0,200}(?:wrong version number|handshake|unsupported protocol|certificate|unknown ca)/i;

const CUT_OFF: ReadonlyMap<string, string> = new Map([
  ['ECONNRESET', 'connection reset before the answer'],
  ['EPIPE', 'connection closed before the answer'],
  ['ETIMEDOUT', 'connection timed out before the answer'],
  ['ANSWER_BROKE_OFF', 'the answer broke off'],
  ['ANSWER_TOO_LONG', 'the answer was too long'],
]);

/** Code, system call and text of an error, or of the cause within. Codes are words, never addresses. */
function parts(error: unknown): { code: string | undefined; syscall: string | undefined; message: string } {
  if (!(error instanceof Error)) return { code: undefined, syscall: undefined, message: '' };
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = text(error, 'code') ?? text(cause, 'code');
  return {
    code: code !== undefined && /^\w+$/.test(code) ? code : undefined,
    syscall: text(error, 'syscall') ?? text(cause, 'syscall') ?? commonSyscall(cause),
    message: error.message,
  };
}

/** A host with several addresses: Node tries all and reports the failures together. */
function commonSyscall(error: Error): string | undefined {
  if (!(error instanceof AggregateError)) return undefined;
  const calls = new Set(error.errors.map(one => (one instanceof Error ? text(one, 'syscall') : undefined)));
  return calls.size === 1 ? [...calls][0] : undefined;
}

function text(error: Error, name: 'code' | 'syscall'): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}

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

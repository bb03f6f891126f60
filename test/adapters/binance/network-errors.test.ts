import { describe, expect, it } from 'vitest';
import { networkError } from '../../../lambda/adapters/binance/network-failures.ts';

/** A system error as libraries wrap it: the code on the outside, the rest within. */
function wrapped(code: string, message = 'x', inner: Record<string, unknown> = {}): Error {
  const cause = Object.assign(new Error(message), { code, ...inner });
  return Object.assign(new Error(message, { cause }), { code });
}

describe('the error of a connection', () => {
  it.each([
    ['connection refused', wrapped('ECONNREFUSED'), 'connection refused'],
    ['host unknown', wrapped('ENOTFOUND'), "the exchange's host name is unknown"],
    ['name server silent', wrapped('EAI_AGAIN'), "the exchange's host name could not be resolved"],
    ['connecting took too long', wrapped('ETIMEDOUT', 'x', { syscall: 'connect' }), 'not connected (ETIMEDOUT)'],
    ['certificate expired', wrapped('CERT_HAS_EXPIRED'), 'TLS handshake failed (CERT_HAS_EXPIRED)'],
    [
      'certificate of another host',
      wrapped('ERR_TLS_CERT_ALTNAME_INVALID'),
      'TLS handshake failed (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    ['not TLS at all', wrapped('ERR_SSL_WRONG_VERSION_NUMBER'), 'TLS handshake failed (ERR_SSL_WRONG_VERSION_NUMBER)'],
    [
      'reset during the handshake',
      wrapped('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'),
      'TLS handshake failed (ECONNRESET)',
    ],
    [
      'all addresses tried in vain',
      Object.assign(
        new Error('x', { cause: new AggregateError([wrapped('ETIMEDOUT', 'x', { syscall: 'connect' }).cause]) }),
        { code: 'ETIMEDOUT' },
      ),
      'not connected (ETIMEDOUT)',
    ],
  ])('%s: the request never arrived', (_what, error, detail) => {
    expect(networkError(error)).toEqual({ connected: false, detail });
  });

  it.each([
    ['reset', wrapped('ECONNRESET', 'socket hang up'), 'connection reset before the answer'],
    ['closed under us', wrapped('EPIPE'), 'connection closed before the answer'],
    [
      'silent after connecting',
      wrapped('ETIMEDOUT', 'x', { syscall: 'read' }),
      'connection timed out before the answer',
    ],
    ['answer broken off', wrapped('ANSWER_BROKE_OFF'), 'the answer broke off'],
    [
      'TLS failing in mid-stream',
      wrapped('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'),
      'no usable answer (ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC)',
    ],
    ['an unknown code', wrapped('EWHATEVER'), 'no usable answer (EWHATEVER)'],
  ])('%s: it may have arrived', (_what, error, detail) => {
    expect(networkError(error)).toEqual({ connected: true, detail });
  });

  it.each([
    ['an error without a code', new TypeError('x')],
    ['a string', 'ECONNRESET'],
    ['nothing', undefined],
  ])('%s is no transport error', (_what, error) => {
    expect(networkError(error)).toBeUndefined();
  });
});

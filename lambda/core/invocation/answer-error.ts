/** From a failure to the error that callers see: a stable code, and the heading of the remedy. */

import type { AnswerError } from '../../contract.ts';
import type { Failure, Reason } from '../exchange/failure.ts';
import { ERROR_CODES, type ErrorCode, FlatlineError } from './error-codes.ts';

export function answerError(code: ErrorCode, message: string, symbol?: string): AnswerError {
  return { code, message, heading: ERROR_CODES[code].heading, ...(symbol === undefined ? {} : { symbol }) };
}

export function errorOfFailure(failure: Failure, symbol?: string): AnswerError {
  return {
    ...answerError(CODE_OF_REASON[failure.reason], failure.message, symbol),
    known: failure.certainty,
    ...(failure.exchangeCode === undefined ? {} : { exchange_code: failure.exchangeCode }),
    ...(failure.status === undefined ? {} : { http_status: failure.status }),
  };
}

/** Of an error that is not ours only the kind is reported: its text may contain anything. */
export function errorOfThrown(error: unknown, symbol?: string): AnswerError {
  if (error instanceof FlatlineError) return answerError(error.code, error.message, symbol);
  const kind = error instanceof Error ? error.name : typeof error;
  return answerError('UNFORESEEN', `an unexpected error (${kind}); the log holds its stack`, symbol);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const CODE_OF_REASON: Readonly<Record<Reason, ErrorCode>> = {
  'not-sent': 'TIMEOUT',
  unreachable: 'EXCHANGE_UNREACHABLE',
  'no-answer': 'EXCHANGE_SILENT',
  'stale-connection': 'EXCHANGE_SILENT',
  'bad-reply': 'REPLY_INVALID',
  'server-error': 'EXCHANGE_ERROR',
  'weight-limit': 'RATE_LIMITED',
  'order-limit': 'RATE_LIMITED',
  overloaded: 'EXCHANGE_OVERLOADED',
  key: 'KEY_REFUSED',
  location: 'LOCATION_BLOCKED',
  firewall: 'FIREWALL_BLOCKED',
  'ip-ban': 'IP_BANNED',
  'account-blocked': 'ACCOUNT_BLOCKED',
  clock: 'CLOCK_REFUSED',
  window: 'EXCHANGE_OVERLOADED',
  'no-such-path': 'PATH_REFUSED',
  'nothing-there': 'CANCEL_REFUSED',
  'already-sent': 'CLOSE_REFUSED',
  'reduce-only-rejected': 'REDUCE_ONLY_REFUSED',
  'too-large': 'CLOSE_REFUSED',
  'too-small': 'DUST',
  'too-many-digits': 'CLOSE_REFUSED',
  'thin-book': 'THIN_BOOK',
  'price-band': 'THIN_BOOK',
  'mode-mismatch': 'CLOSE_REFUSED',
  'not-trading': 'NOT_CLOSABLE',
  'symbol-restricted': 'SYMBOL_RESTRICTED',
  triggering: 'CANCEL_REFUSED',
  'too-many-open': 'CLOSE_REFUSED',
  rejected: 'CLOSE_REFUSED',
  'our-bug': 'CLOSE_REFUSED',
  unexpected: 'UNFORESEEN',
};

/** The one error class of the house: a stable code, a sentence an operator understands, and where its cure stands. */

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

export class FlatlineError extends Error {
  override readonly name = 'FlatlineError';
  readonly code: ErrorCode;

  /** `message` names the value, the rule and the remedy, and never a secret. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The heading of docs/troubleshooting.md. */
  get heading(): string {
    return ERROR_CODES[this.code].heading;
  }
}

/** flatline's only error class: a stable code, a sentence for the operator, and the heading of the remedy. */

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

export class FlatlineError extends Error {
  override readonly name = 'FlatlineError';
  readonly code: ErrorCode;

  /** `message` names the value, the rule and the remedy, and never a secret. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get heading(): string {
    return ERROR_CODES[this.code].heading;
  }
}

/** The error of every store. `certainty` `unknown`: it may have been done; otherwise it was not. Never stops a liquidation. */

import type { Certainty } from '../exchange/failure.ts';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly certainty: Certainty;

  /** `message` names the table, the operation and the remedy. The SDK's error is no cause, because it contains requests. */
  constructor(certainty: Certainty, message: string) {
    super(message);
    this.certainty = certainty;
  }
}

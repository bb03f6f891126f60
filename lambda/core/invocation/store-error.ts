/**
 * What every store throws when it could not do what it was asked. `certainty` has the words of exchange/failure.ts:
 * `unknown` means that it may have been done, all others that it was not. A StoreError never stops a liquidation.
 */

import type { Certainty } from '../exchange/failure.ts';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly certainty: Certainty;

  /** `message` names the table, the operation and the cure. The SDK's error is not kept as a cause: it holds requests. */
  constructor(certainty: Certainty, message: string) {
    super(message);
    this.certainty = certainty;
  }
}

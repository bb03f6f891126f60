/**
 * What every store throws when it could not do what it was asked. `knowledge` has the words of failure.ts:
 * `unknown` means that it may have been done, all others that it was not. A StoreError never stops a liquidation.
 */

import type { Knowledge } from './knowledge.ts';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly knowledge: Knowledge;

  /** `message` names the table, the operation and the cure. The SDK's error is not kept as a cause: it holds requests. */
  constructor(knowledge: Knowledge, message: string) {
    super(message);
    this.knowledge = knowledge;
  }
}

/** What is fixed for an attempt, in one market. */

import type { Market } from '../exchange/market.ts';
import type { Scope } from '../exchange/model.ts';
import type { Deadline } from './timing.ts';

export interface Retries {
  /** Further tries of one close or cancel after the first, where nothing moved. */
  readonly maxRetries: number;
  /** Base of the exponential backoff. */
  readonly retryDelayMs: number;
  /** In [0, 1): spreads the pauses of runs that failed together. */
  readonly jitter: number;
}

export interface Job extends Retries {
  readonly market: Market;
  readonly scope: Scope;
  readonly correlationId: string;
  /** Part of the names of the attempt's orders; unique within a correlation ID. */
  readonly attemptName: string;
  readonly deadline: Deadline;
  /** Of each close; doubled when orders wait in the matching engine. */
  readonly recvWindowMs: number;
  /** Whether TWAP and VP orders can be read. */
  readonly hasWallet: boolean;
}

/** What is fixed for an attempt, in one market. */

import type { Market } from '../exchange/market.ts';
import type { Scope } from '../exchange/model.ts';
import type { Deadline } from './timing.ts';

export interface Job {
  readonly market: Market;
  readonly scope: Scope;
  readonly correlationId: string;
  /** In the names of the attempt's orders: no two attempts of one correlation ID have the same. */
  readonly attemptName: string;
  readonly deadline: Deadline;
  /** Further tries of one close or cancel after the first, where nothing moved. */
  readonly maxRetries: number;
  /** Base of the exponential backoff. */
  readonly retryDelayMs: number;
  /** In [0, 1): spreads the pauses, so that runs which failed together do not come back together. */
  readonly jitter: number;
  /** Of each close; doubled when orders wait in the matching engine. */
  readonly recvWindowMs: number;
  /** Whether there is a host that knows TWAP and VP orders. */
  readonly hasWallet: boolean;
}

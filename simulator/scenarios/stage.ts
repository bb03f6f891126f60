/** What a scenario is played on: an exchange with an account for each bot, and functions that call it. */

import type { Account, Venue } from '../exchange.ts';

export interface Stage {
  readonly venue: Venue;
  /** The first one. */
  readonly account: Account;
  /** One for each bot, in order. */
  readonly accounts: readonly Account[];
  readonly positions: number;
  readonly hedge: boolean;
  readonly rttMs: number;
}

/**
 * Two deployments of the same bundle over the same tables, each with a door of its own at the exchange, so that the exchange
 * can tell which of them asked.
 */
export type FunctionLabel = 'A' | 'B';

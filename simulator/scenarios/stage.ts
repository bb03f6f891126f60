/** What a scenario uses: an exchange with an account for each bot, and functions that call it. */

import type { Account, SimulatedExchange } from '../exchange.ts';

export interface ScenarioStage {
  readonly exchange: SimulatedExchange;
  /** The first one. */
  readonly account: Account;
  /** One for each bot, in order. */
  readonly accounts: readonly Account[];
  readonly positions: number;
  readonly hedge: boolean;
  readonly rttMs: number;
}

/**
 * Two deployments of one bundle over the same tables, each with its own address of the exchange, so that the exchange
 * can see which of them asked.
 */
export type FunctionLabel = 'A' | 'B';

/** What a scenario is played on: a venue with one account, and functions that call it. */

import type { Account, Venue } from '../venue/venue.ts';

export interface Stage {
  readonly venue: Venue;
  readonly account: Account;
  readonly positions: number;
  readonly hedge: boolean;
  readonly rttMs: number;
}

/**
 * Two deployments of the same bundle over the same tables, each with a door of its own at the venue, so that the venue
 * can tell which of them asked.
 */
export type FunctionLabel = 'A' | 'B';

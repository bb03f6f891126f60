/** What a check gets, and what it leaves to be done in this tick. */

import type { Observation } from '../../../core/heartbeat/read-bot-row.ts';

export interface CheckedBot {
  readonly botId: string;
  /** What an earlier check of this tick saw, in case the table did not store it. */
  readonly memory: Observation | undefined;
}

export type NextCheck =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'at';
      readonly atMs: number;
      /** Awaited beyond the horizon, although the next tick would check it. */
      readonly urgent: boolean;
      readonly memory?: Observation;
      /** The bot may be late or dead then: from this instant on the watchdog proves that heartbeats could be stored. */
      readonly proveFromMs?: number;
      /** The bot is silent: its own row is written too, this often, from `proveFromMs` on. */
      readonly proveRowEveryMs?: number;
    };

/** The index brings the bot back. */
export const NO_MORE: NextCheck = { kind: 'none' };

/** The pause before the next check when a conditional write was refused because the row had changed. */
export const RECHECK_MS = 100;

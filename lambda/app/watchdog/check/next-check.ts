/** What a check is given, and what it leaves to be done in this very tick. */

import type { Observation } from '../../../core/heartbeat/read-bot-row.ts';

export interface CheckedBot {
  readonly botId: string;
  /** What an earlier check of this tick saw, should the table not have taken it. */
  readonly memory: Observation | undefined;
}

export type NextCheck =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'at';
      readonly atMs: number;
      /** Worth staying awake for beyond the horizon, where the next tick would do otherwise. */
      readonly urgent: boolean;
      readonly memory?: Observation;
      /** The bot may be late or dead then: from this instant on, the watchdog proves that it could be heard. */
      readonly proveFromMs?: number;
      /** The bot is silent: so often its own row is written as well, from `proveFromMs` on. */
      readonly proveRowEveryMs?: number;
    };

/** The index brings the bot back when it is time. */
export const NO_MORE: NextCheck = { kind: 'none' };

/** The pause before the next check when a conditional write was refused because the row had changed. */
export const RECHECK_MS = 100;

/** The record of one correlation ID in the table `liquidations`, as tools and tests read it. */

import type { Answer, State, Trigger } from '../contract.ts';
import type { Seal } from '../ports.ts';

export interface LiquidationRecord {
  readonly correlationId: string;
  /** `idle` when only an unlocked run left its seal. */
  readonly state: State;
  /** State before the last claim. */
  readonly priorState: State;
  /** Attempts so far, which is the current fencing token. */
  readonly attempts: number;
  readonly botId: string | undefined;
  /** Trigger of the first attempt. */
  readonly trigger: Trigger | undefined;
  readonly holder: string | undefined;
  readonly leaseUntilMs: number | undefined;
  readonly firstStartedAtMs: number | undefined;
  readonly startedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
  /** Of the last attempt that concluded. */
  readonly answer: Answer | undefined;
  readonly seals: readonly Seal[];
}

/** What one invocation carries while it talks to the exchange. */

import type { Settings } from '../core/config/settings.ts';
import type { Deadline } from '../core/timing.ts';
import type { RequestTrace } from '../ports.ts';
import type { RateBudget } from './rate-budget.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

export interface NamedTrace {
  readonly request: string;
  readonly trace: RequestTrace;
}

export interface Run {
  readonly world: World;
  readonly correlationId: string;
  readonly settings: Settings;
  readonly deadline: Deadline;
  readonly session: Session;
  readonly budget: RateBudget;
  /** Every request so far, in the order of the answers; the final event tells those that no other event does. */
  readonly requests: NamedTrace[];
  /** Ends every request at once: the run turned out not to be ours, or is over. */
  readonly signal: AbortSignal;
}

/** What one invocation carries while it talks to the exchange. */

import type { Settings } from '../core/config/settings.ts';
import type { Deadline } from '../core/timing.ts';
import type { RateBudget } from './rate-budget.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

export interface Run {
  readonly world: World;
  readonly settings: Settings;
  readonly deadline: Deadline;
  readonly session: Session;
  readonly budget: RateBudget;
  /** Ends every request at once: the run turned out not to be ours, or is over. */
  readonly signal: AbortSignal;
}

/** The world that a use case is given as its first argument, and what one run of it carries. */

import type { Settings } from '../core/config/settings.ts';
import type { Deadline } from '../core/timing.ts';
import type { AuditSink, Clock, LockStore, OpenExchange, Random, Secrets, Telemetry } from '../ports.ts';
import type { RateBudget } from './rate-budget.ts';
import type { Session } from './session.ts';

export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly locks: LockStore;
  readonly audit: AuditSink;
  readonly secrets: Secrets;
  readonly openExchange: OpenExchange;
  readonly telemetry: Telemetry;
}

/** What talking to the exchange needs, for the length of one invocation. */
export interface Run {
  readonly world: World;
  readonly settings: Settings;
  readonly deadline: Deadline;
  readonly session: Session;
  readonly budget: RateBudget;
  /** Ends every request at once: the run turned out not to be ours, or is over. */
  readonly signal: AbortSignal;
}

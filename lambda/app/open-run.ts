/** Opens the account for one invocation: the key from its secret, a fresh rate budget, one signal that ends it all. */

import type { BotSettings, Settings } from '../core/config/settings.ts';
import type { Deadline } from '../core/timing.ts';
import { createRateBudget } from './rate-budget.ts';
import type { NamedTrace, Run } from './run.ts';
import { openSession } from './session.ts';
import type { World } from './world.ts';

export type Opening =
  | { readonly kind: 'open'; readonly run: Run }
  | { readonly kind: 'broken'; readonly error: unknown };

export interface RunFor {
  readonly bot: BotSettings;
  readonly settings: Settings;
  readonly deadline: Deadline;
  readonly correlationId: string;
}

/** Never rejects: an unreadable secret is a value, so that the run can still be locked, told and concluded. */
export async function openRun(
  world: World,
  { bot, settings, deadline, correlationId }: RunFor,
  signal: AbortSignal,
): Promise<Opening> {
  try {
    const requests: NamedTrace[] = [];
    const session = await openSession(world, bot.secretName, deadline, requests);
    const budget = createRateBudget(world.clock);
    return { kind: 'open', run: { world, correlationId, settings, deadline, session, budget, requests, signal } };
  } catch (error) {
    return { kind: 'broken', error };
  }
}

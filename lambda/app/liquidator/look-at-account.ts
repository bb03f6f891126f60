/** One whole look at the account that touches nothing, for dry runs and preflights: the engine without leave to act. */

import { stateAtStart } from '../../core/liquidation/state.ts';
import type { ExchangeSession } from '../exchange/exchange-session.ts';
import type { World } from '../world.ts';
import { type EngineResult, type Recorder, runEngine } from './run-engine.ts';
import { jobOf, type Task } from './task.ts';

export function lookAtAccount(
  world: World,
  task: Pick<Task, 'settings' | 'request' | 'correlationId' | 'deadline'>,
  session: ExchangeSession,
  record: Recorder = () => undefined,
): Promise<EngineResult> {
  const never = new AbortController();
  const start = { ...stateAtStart(jobOf(world, task)), looksOnly: true };
  const mayAct = Promise.resolve(undefined);
  return runEngine({ clock: world.clock, session, start, mayAct, record, signal: never.signal });
}

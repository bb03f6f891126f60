/** One complete read of each covered market that changes nothing, for dry runs and preflights. */

import { stateAtStart } from '../../core/liquidation/state.ts';
import type { AccountSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type EngineResult, type Recorder, runEngine } from './run-engine.ts';
import { jobOf } from './task.ts';

export function readAccount(
  ports: LiquidatorPorts,
  task: Parameters<typeof jobOf>[1],
  { covered }: AccountSession,
  recordOf: (index: number) => Recorder = () => () => undefined,
): Promise<readonly EngineResult[]> {
  const permission = Promise.resolve(undefined);
  return runEngine({
    clock: ports.clock,
    lanes: covered.map((session, index) => ({
      session,
      start: { ...stateAtStart(jobOf(ports, task, session.market)), readsOnly: true },
      permission,
      record: recordOf(index),
    })),
    signal: new AbortController().signal,
  });
}

/** Who asks the exchange beside the engine, in a run or a self-test: with its tries and to its deadline. */

import type { Caller } from '../exchange/ask-until-heard.ts';
import type { ExchangeSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { Task } from './task.ts';

export function callersOf(
  { clock, random }: Pick<LiquidatorPorts, 'clock' | 'random'>,
  { settings, deadline }: Pick<Task, 'settings' | 'deadline'>,
): (session: ExchangeSession, signal: AbortSignal) => Caller {
  const job = { ...settings.liquidation, jitter: random.fraction(), deadline };
  return (session, signal) => ({ clock, session, job, signal });
}

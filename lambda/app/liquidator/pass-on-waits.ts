/** The next attempt mostly begins in another container: the waits that the exchange requested are passed on to it. */

import { APIS } from '../../core/exchange/market.ts';
import {
  addressesUntilMs,
  laterOf,
  type RequestedWait,
  type RequestedWaits,
  requestedWaits,
} from '../../core/exchange/requested-waits.ts';
import type { NextAttempt } from '../../core/liquidation/carry/resume.ts';
import { createRateLimiters } from '../exchange/rate-limiter.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { Task } from './task.ts';

/** The waits to pass on: those this container knows, and those of the run's event. */
export function waitsSoFar({ clock, limiters }: LiquidatorPorts, { bot, request }: Pick<Task, 'bot' | 'request'>) {
  const nowMs = clock.nowMs();
  return requestedWaits(api =>
    laterOf(limiters.of(api, bot.secretName).requestedWait(nowMs), stillToWait(request.resume?.waits?.[api], nowMs)),
  );
}

function stillToWait(wait: RequestedWait | undefined, nowMs: number): RequestedWait | undefined {
  const { addressUntilMs = 0, ordersUntilMs = 0 } = wait ?? {};
  return Math.max(addressUntilMs, ordersUntilMs) > nowMs ? wait : undefined;
}

/** The ports with the waits of the event: for the whole container if the run's record proves the event, else for this attempt. */
export function portsWithWaits(
  ports: LiquidatorPorts,
  account: string,
  waits: RequestedWaits,
  isProven: boolean,
): LiquidatorPorts {
  const { clock, limiters } = ports;
  const nowMs = clock.nowMs();
  const own = isProven ? limiters : createRateLimiters();
  for (const api of APIS) {
    const known = isProven ? undefined : limiters.of(api, account).requestedWait(nowMs);
    const wait = laterOf(waits[api], known);
    if (wait !== undefined) own.of(api, account).begin(wait, nowMs);
  }
  return { ...ports, limiters: own };
}

/** The watchdog gets only a start time, so that is not before the exchange's wait is over. */
export const byTick = (next: NextAttempt, waits: RequestedWaits | undefined): NextAttempt => ({
  ...next,
  resumeAtMs: Math.ceil(Math.max(next.resumeAtMs, addressesUntilMs(waits))),
});

/**
 * What the exchange told an attempt of its limits holds for the next one, which mostly begins in another container:
 * Lambda starts a second one while the first still answers.
 */

import { APIS } from '../../core/exchange/market.ts';
import { addressesUntilMs, laterOf, type ToldWait, type ToldWaits, toldWaits } from '../../core/exchange/told-waits.ts';
import type { NextAttempt } from '../../core/liquidation/carry/resume.ts';
import { createRateLimiters } from '../exchange/rate-limiter.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { Task } from './task.ts';

/** What is to be told on: what this container knows, and what the run was told before. */
export function toldSoFar({ clock, limiters }: LiquidatorPorts, { bot, request }: Pick<Task, 'bot' | 'request'>) {
  const nowMs = clock.nowMs();
  return toldWaits(api =>
    laterOf(limiters.of(api, bot.secretName).told(nowMs), stillToWait(request.resume?.told?.[api], nowMs)),
  );
}

function stillToWait(wait: ToldWait | undefined, nowMs: number): ToldWait | undefined {
  const { addressUntilMs = 0, ordersUntilMs = 0 } = wait ?? {};
  return Math.max(addressUntilMs, ordersUntilMs) > nowMs ? wait : undefined;
}

/**
 * The ports with the waits of the event. If the run's record proves the event, they apply to the whole container; what
 * anyone may have written into an event applies to this attempt only.
 */
export function portsAsTold(
  ports: LiquidatorPorts,
  account: string,
  told: ToldWaits,
  isProven: boolean,
): LiquidatorPorts {
  const { clock, limiters } = ports;
  const nowMs = clock.nowMs();
  const own = isProven ? limiters : createRateLimiters();
  for (const api of APIS) {
    const known = isProven ? undefined : limiters.of(api, account).told(nowMs);
    const wait = laterOf(told[api], known);
    if (wait !== undefined) own.of(api, account).begin(wait, nowMs);
  }
  return { ...ports, limiters: own };
}

/** The watchdog gets only a start time, so that is not before the exchange's wait is over. */
export const byTick = (next: NextAttempt, told: ToldWaits | undefined): NextAttempt =>
  next.confirms ? next : { ...next, resumeAtMs: Math.ceil(Math.max(next.resumeAtMs, addressesUntilMs(told))) };

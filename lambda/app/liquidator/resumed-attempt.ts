/**
 * A resumed attempt waits for its time inside the function, because Lambda has no delayed invocation. It waits long only for a
 * run that its record proves: others who invoke with `resume` can neither occupy an execution for long nor shorten a run.
 *
 *   its record has our token, or cannot be read ──▶ waits for its time
 *   its record has another holder ────────────────▶ another attempt continued it: nothing to do
 *   no record shows it ───────────────────────────▶ waits a few seconds and goes on (the tables failed during the whole run);
 *                                                   the waits that the exchange requested are in the event
 *
 * It mostly begins in another container, so the waits that the exchange requested are passed on to it.
 */

import { APIS } from '../../core/exchange/market.ts';
import {
  addressesUntilMs,
  laterOf,
  type RequestedWait,
  type RequestedWaits,
  requestedWaits,
} from '../../core/exchange/requested-waits.ts';
import type { LiquidateRequest, Resume } from '../../core/invocation/request.ts';
import { LONGEST_SLEEP_MS, type NextAttempt, resumeEvent } from '../../core/liquidation/carry/resume.ts';
import type { Whose } from '../../ports.ts';
import { createRateLimiters } from '../exchange/rate-limiter.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { Task } from './task.ts';

const READ_MS = 1_000;
const INVOKE_MS = 3_000;
/** As long as the first pauses between attempts. */
const UNKNOWN_SLEEP_MS = 4_000;

/**
 * `now`: the record proves it. `unread`: the record cannot be read. `unknown`: no record shows it. `too-early`: the time is
 * further away than one invocation can wait; the same event was passed on.
 */
export async function waitForTime(
  ports: LiquidatorPorts,
  request: LiquidateRequest,
  correlationId: string,
  resume: Resume,
): Promise<'now' | 'unread' | 'unknown' | 'continued' | 'too-early'> {
  const { clock } = ports;
  let whose = await whoseRun(ports, correlationId, resume);
  if (whose === 'nobody') {
    await clock.sleep(Math.max(0, Math.min(UNKNOWN_SLEEP_MS, resume.notBeforeMs - clock.nowMs())));
    // Its seal may have been on its way.
    whose = await whoseRun(ports, correlationId, resume);
    if (whose === 'nobody') return 'unknown';
  }
  if (whose === 'another') return 'continued';
  const waitMs = Math.min(LONGEST_SLEEP_MS, resume.notBeforeMs - clock.nowMs());
  if (waitMs > 0) await clock.sleep(waitMs);
  const time = whose === 'unread' ? 'unread' : 'now';
  // Only the exchange and `confirm_seconds` ask for more than a minute; otherwise one of the host clocks is wrong.
  const mayBeLonger = resume.waits !== undefined || resume.confirms;
  if (clock.nowMs() >= resume.notBeforeMs || !mayBeLonger) return time;
  // Not accepted: it goes on, and sends nothing before the end of the wait that the exchange requested.
  return ports.invoker.invokeLater(eventOf(request, correlationId, resume), INVOKE_MS).then(
    () => 'too-early' as const,
    () => time,
  );
}

/** A record that cannot be read refuses nothing. */
const whoseRun = ({ locks }: LiquidatorPorts, correlationId: string, { token }: Resume): Promise<Whose | 'unread'> =>
  locks.whose(correlationId, token, READ_MS).catch(() => 'unread' as const);

/** The same event again. */
const eventOf = (
  { botId, trigger, symbols, trip }: LiquidateRequest,
  correlationId: string,
  { hop, notBeforeMs, untilMs, token, confirms, carried, waits }: Resume,
): Readonly<Record<string, unknown>> =>
  resumeEvent({
    ...{ correlationId, botId, trigger, symbols, trip, token, carried, waits },
    next: { resumeAtMs: notBeforeMs, untilMs, hop, bySelf: true, confirms },
  });

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

/**
 * A resumed attempt waits for its time inside the function, because Lambda has no delayed invocation. It waits only for a
 * run of ours: whoever else invokes with `resume` can neither hold an execution for longer nor shorten a run.
 *
 *   its record has our token, or cannot be read ──▶ waits for its time
 *   its record has another holder ────────────────▶ another attempt continued it: nothing to do
 *   no record shows it ─────────────────────────▶ waits for seconds, as after any failure, and goes ahead; what the
 *                                                   exchange requested is in the event, and is kept all the same
 *
 * The last is a run whose tables failed from its claim to its end, and work again: it is known from its event only.
 */

import type { LiquidateRequest, Resume } from '../../core/invocation/request.ts';
import { LONGEST_SLEEP_MS, resumeEvent } from '../../core/liquidation/carry/resume.ts';
import type { Whose } from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

const READ_MS = 1_000;
const INVOKE_MS = 3_000;
/** The first pauses between attempts are no longer. */
const UNKNOWN_SLEEP_MS = 4_000;

/**
 * `now`: the record vouches for it. `unread`: it cannot be read. `unknown`: no record shows it. `too-early`: the time is
 * further away than one invocation can wait; the same event was handed on.
 */
export async function untilItIsTime(
  ports: LiquidatorPorts,
  request: LiquidateRequest,
  correlationId: string,
  resume: Resume,
): Promise<'now' | 'unread' | 'unknown' | 'continued' | 'too-early'> {
  const { clock } = ports;
  let whose = await whoseRun(ports, correlationId, resume);
  if (whose === 'nobody') {
    await clock.sleep(Math.max(0, Math.min(UNKNOWN_SLEEP_MS, resume.notBeforeMs - clock.nowMs())));
    // What it sealed at its end may have been on its way.
    whose = await whoseRun(ports, correlationId, resume);
    if (whose === 'nobody') return 'unknown';
  }
  if (whose === 'another') return 'continued';
  const waitMs = Math.min(LONGEST_SLEEP_MS, resume.notBeforeMs - clock.nowMs());
  if (waitMs > 0) await clock.sleep(waitMs);
  const time = whose === 'unread' ? 'unread' : 'now';
  // Only the exchange and `confirm_seconds` ask for more than a minute: else the clock of this host, or of the last, is wrong.
  const mayBeLonger = resume.waits !== undefined || resume.confirms;
  if (clock.nowMs() >= resume.notBeforeMs || !mayBeLonger) return time;
  // Not accepted: then it goes ahead, and sends nothing before the wait is over that the exchange requested.
  return ports.invoker.invokeLater(eventOf(request, correlationId, resume), INVOKE_MS).then(
    () => 'too-early' as const,
    () => time,
  );
}

/** It fails towards flat: a record that cannot be read refuses nobody. */
async function whoseRun(
  { locks }: LiquidatorPorts,
  correlationId: string,
  { token }: Resume,
): Promise<Whose | 'unread'> {
  try {
    return await locks.whose(correlationId, token, READ_MS);
  } catch {
    return 'unread';
  }
}

/** The same hand-over once more. */
const eventOf = (
  { botId, trigger, symbols, trip }: LiquidateRequest,
  correlationId: string,
  { hop, notBeforeMs, untilMs, token, confirms, carried, waits }: Resume,
): Readonly<Record<string, unknown>> =>
  resumeEvent({
    ...{ correlationId, botId, trigger, symbols, trip, token, carried, waits },
    next: { resumeAtMs: notBeforeMs, untilMs, hop, bySelf: true, confirms },
  });

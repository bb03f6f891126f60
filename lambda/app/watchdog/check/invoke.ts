/** Calls the liquidator asynchronously, with retries. A second call does nothing: the lock allows one run per ID. */

import { REASON_MAX_CHARS, type Trigger } from '../../../contract.ts';
import { reportProblem } from '../report-problem.ts';
import { retry, whyOf } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';

const INVOKE_MS = 2_000;

/** False when it was not accepted, which is reported. */
export async function invoke(tick: TickContext, event: Readonly<Record<string, unknown>>): Promise<boolean> {
  try {
    await retry(tick, () => tick.invoker.invokeLater(event, INVOKE_MS));
    return true;
  } catch (error) {
    const { bot_id, correlation_id, trigger } = event;
    const message = `The liquidator was not invoked for the bot ${String(bot_id)}; it will be tried again. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'INVOKE_FAILED', message, { bot_id, correlation_id, trigger });
    return false;
  }
}

export const liquidationOf = (
  botId: string,
  trigger: Extract<Trigger, 'watchdog' | 'sentinel'>,
  correlationId: string,
  reason: string,
  trip: string,
): Readonly<Record<string, unknown>> => ({
  action: 'liquidate',
  trigger,
  bot_id: botId,
  correlation_id: correlationId,
  trip,
  reason: reason.slice(0, REASON_MAX_CHARS).toWellFormed(),
});

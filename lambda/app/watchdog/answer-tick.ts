/** One invocation of the watchdog, from the raw event to the report. Never throws; refuses any event but a tick. */

import type { AnswerError } from '../../contract.ts';
import type { WatchConfig } from '../../core/heartbeat/watch-times.ts';
import { answerError } from '../../core/invocation/answer-error.ts';
import { notATick } from '../../core/invocation/refused-event.ts';
import type { LogEvent } from '../../events.ts';
import { type TickReport, tick } from './tick.ts';
import type { WatchdogPorts } from './watchdog-ports.ts';

export interface TickRefusal {
  readonly success: false;
  readonly errors: readonly AnswerError[];
}

export async function watch(
  ports: WatchdogPorts,
  config: WatchConfig,
  event: unknown,
  remainingMs: number,
): Promise<TickReport | TickRefusal> {
  try {
    const problem = notATick(event);
    if (problem === undefined) return await tick(ports, config, { remainingMs });
    ports.telemetry.log('ERROR', 'The event was refused; nothing was done', {
      event: 'event_refused',
      problems: [problem],
    } satisfies LogEvent<'event_refused'>);
    return { success: false, errors: [answerError('EVENT_INVALID', problem)] };
  } finally {
    ports.telemetry.flush();
  }
}

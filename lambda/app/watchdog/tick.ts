/**
 * One tick of the watchdog. Never throws; the next tick finds what this one could not do.
 *
 *        ┌─ due bots ── watch each ──────┬─ reported ── scheduled
 *   tick ┤                               └─ silent ──── trip ── invoke the liquidator
 *        ├─ unfinished liquidations ──── resume, or give up
 *        └─ repair the index: is one of the configured bots lost?
 */

import { type AnswerError, METRICS } from '../../contract.ts';
import { isCanary } from '../../core/heartbeat/canary.ts';
import type { WatchConfig } from '../../core/heartbeat/watch-times.ts';
import { answerError } from '../../core/invocation/answer-error.ts';
import { notATick } from '../../core/invocation/refused-event.ts';
import { type LogEvent, NOT_NOTIFIED } from '../../events.ts';
import { firstWithin } from '../first-within.ts';
import { repairIndex } from './repair-index.ts';
import { reportProblem, whyOf } from './report-problem.ts';
import { resumeUnfinished } from './resume.ts';
import { openTick, type TickContext, type WatchdogPorts } from './tick-context.ts';
import { watchBots } from './watch-bots.ts';

/** The function's answer. */
export interface TickReport {
  /** No problem was reported. */
  readonly success: boolean;
  readonly due: number;
  readonly late: readonly string[];
  readonly fired: readonly { readonly bot_id: string; readonly correlation_id: string }[];
  readonly sentinels: number;
  readonly resumed: readonly string[];
  readonly gave_up: readonly string[];
  /** Silent ten minutes beyond their deadline, and not tripped for lack of evidence. */
  readonly unproven: readonly string[];
  readonly problems: readonly string[];
  readonly duration_ms: number;
}

/** `remainingMs`: until Lambda's timeout; the tick ends two seconds before. */
export async function tick(
  ports: WatchdogPorts,
  config: WatchConfig,
  { remainingMs }: { readonly remainingMs: number },
): Promise<TickReport> {
  const tick = openTick(ports, config, remainingMs);
  const works = await Promise.allSettled([watchBots(tick), resumeUnfinished(tick), repairIndex(tick)]);
  for (const work of works) {
    if (work.status === 'fulfilled') continue;
    // Does not count as a run: the alarm watchdog-silent follows if it goes on.
    tick.tally.sawAll = false;
    ports.telemetry.log('CRITICAL', 'The watchdog failed unexpectedly', { event: NOT_NOTIFIED, error: work.reason });
    const message = `The watchdog run failed with an unexpected error (${whyOf(work.reason)}).`;
    reportProblem(tick, 'CRITICAL', 'UNFORESEEN', message);
  }
  await awaitBackground(tick);
  measure(tick);
  return reportOf(tick);
}

/** Waits for `tally.background`, also for what is added meanwhile, until `endAtMs` at most. */
async function awaitBackground({ ports, tally, endAtMs }: TickContext): Promise<void> {
  const all = async (): Promise<void> => {
    for (const write of tally.background) await write;
  };
  await firstWithin(ports.clock, Math.max(0, endAtMs - ports.clock.nowMs()), [all()]);
}

function measure({ ports, tally }: TickContext): void {
  const { telemetry } = ports;
  if (tally.sawAll) telemetry.metric(METRICS.watchdogTicks, 1, 'Count');
  telemetry.metric(METRICS.botsArmed, withoutCanary(tally.armed), 'Count');
  telemetry.metric(METRICS.botsLate, withoutCanary(tally.late), 'Count');
  telemetry.metric(METRICS.botsDead, withoutCanary(tally.tripped.keys()), 'Count');
  if (tally.armed.size > 0) telemetry.metric(METRICS.secondsSinceBeat, tally.longestSilenceMs / 1_000, 'Count');
  telemetry.metric(METRICS.unfinished, tally.unfinished, 'Count');
  if (tally.unfinished > 0) telemetry.metric(METRICS.unfinishedAgeMs, tally.oldestUnfinishedMs, 'Milliseconds');
}

function reportOf({ ports, tally, startedAtMs }: TickContext): TickReport {
  return {
    success: tally.problems.length === 0,
    due: tally.due,
    late: [...tally.late],
    fired: [...tally.tripped].map(([bot_id, correlation_id]) => ({ bot_id, correlation_id })),
    sentinels: tally.lockOutChecks,
    resumed: tally.resumed,
    gave_up: tally.gaveUp,
    unproven: [...tally.unproven.keys()],
    problems: tally.problems,
    duration_ms: Math.round(ports.clock.nowMs() - startedAtMs),
  };
}

/** The canary's death is planned and has its own alarm. */
const withoutCanary = (botIds: Iterable<string>): number => [...botIds].filter(botId => !isCanary(botId)).length;

export interface TickRefusal {
  readonly success: false;
  readonly errors: readonly AnswerError[];
}

/** One invocation, from the raw event to the report. Never throws; refuses any event but a tick. */
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

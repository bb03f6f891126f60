/** What an operator must act on: a log line with code and heading, a line of the report, and the metric of an alarm. */

import { METRICS } from '../../contract.ts';
import type { BotRow } from '../../core/heartbeat/read-bot-row.ts';
import { ERROR_CODES, type ErrorCode } from '../../core/invocation/error-codes.ts';
import type { LogLevel } from '../../ports.ts';
import type { TickContext } from './tick-context.ts';

/** Critical problems are measured at once, because a tick may take almost two minutes. `fields` may name another event. */
export function reportProblem(
  { ports, tally }: TickContext,
  level: LogLevel,
  code: ErrorCode,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  tally.problems.push(`${code}: ${message}`);
  ports.telemetry.log(level, message, {
    ...(level === 'CRITICAL' ? { event: 'watchdog_problem' } : {}),
    ...{ code, heading: ERROR_CODES[code].heading },
    ...fields,
  });
  const metric = RINGS_BY[code];
  if (metric !== undefined) ports.telemetry.metric(METRICS[metric], 1, 'Count');
  if (level === 'CRITICAL') ports.telemetry.flush();
}

/** A tick that could not read or write a table does not count in watchdogTicks: the alarm watchdog-silent follows. */
const RINGS_BY: { readonly [code in ErrorCode]?: keyof typeof METRICS } = {
  BOTS_UNREADABLE: 'watchdogFailures',
  BOTS_UNWRITABLE: 'watchdogFailures',
  RUNS_UNREADABLE: 'watchdogFailures',
  BOT_NOT_JUDGED: 'botsUnprotected',
  BOT_UNKNOWN: 'botsUnprotected',
  BOT_ROW_INVALID: 'botRowsInvalid',
  INVOKE_FAILED: 'invokeFailures',
  RESUME_GAVE_UP: 'resumeGaveUp',
  TRIP_NOT_FLAT: 'resumeGaveUp',
  PINGS_REFUSED: 'pingProbesFailed',
};

/** Each once per tick. */
export function reportRowProblems(
  tick: TickContext,
  { botId }: Pick<BotRow, 'botId'>,
  problems: readonly string[],
): void {
  for (const problem of problems) {
    if (!isNew(tick, `${botId} ${problem}`)) continue;
    reportProblem(tick, 'ERROR', 'BOT_ROW_INVALID', `The row of the bot ${botId}: ${problem}`, { bot_id: botId });
  }
}

/**
 * A bot that is not in the configuration cannot be liquidated, so it is not tripped either: that would only make it stop
 * managing its positions. Once per tick.
 */
export function reportUnknownBot(tick: TickContext, { botId, state }: Pick<BotRow, 'botId' | 'state'>): void {
  if (!isNew(tick, `${botId} unknown`)) return;
  const orElse = state === 'tripped' ? 'Check its account, then add' : 'Stop the bot and run flatline disarm, or add';
  const message = `The bot ${botId} is ${state}, but not in the configuration: its account is never liquidated. ${orElse} [bot:${botId}] and deploy.`;
  reportProblem(tick, 'CRITICAL', 'BOT_UNKNOWN', message, { bot_id: botId });
}

function isNew({ tally }: TickContext, problem: string): boolean {
  const isNews = !tally.reported.has(problem);
  tally.reported.add(problem);
  return isNews;
}

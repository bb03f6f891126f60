/**
 * What a tick reports and repeats. A problem is what an operator must act on: a log line with code and heading, a line of the
 * report, and the metric of an alarm. Audit records of its own are stored in the background, under the correlation ID of their
 * incident or change. Calls are repeated at short intervals: writes are conditional, and invocations have a fixed ID.
 */

import { METRICS } from '../../contract.ts';
import type { BotRow } from '../../core/heartbeat/read-bot-row.ts';
import { ERROR_CODES, type ErrorCode } from '../../core/invocation/error-codes.ts';
import type { LogLevel } from '../../ports.ts';
import { type AuditEntry, openAuditLog } from '../audit-log.ts';
import { type TickContext, timeoutWithin } from './tick-context.ts';

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

const SEAL_MS = 1_000;

/** `sealed` false: there will be no liquidation record to hold the seal. */
export function recordEvent(
  tick: TickContext,
  of: { readonly correlationId: string; readonly botId: string; readonly sealed: boolean },
  entry: AuditEntry,
): void {
  const { ports, tally, audit, locks } = tick;
  const { correlationId, botId, sealed } = of;
  const writer = `w-${ports.random.hex(8)}`;
  const recordPorts = { ...ports, audit: { ...ports.audit, ...audit } };
  const auditLog = openAuditLog(recordPorts, { correlationId, botId, writer });
  auditLog.record(entry);
  const store = async (): Promise<void> => {
    await auditLog.drain(timeoutWithin(tick, Number.POSITIVE_INFINITY));
    const seal = auditLog.seal();
    if (sealed) await retry(tick, () => locks.seal(correlationId, seal, ports.clock.nowMs(), SEAL_MS));
  };
  tally.background.push(
    store().catch(error => {
      ports.telemetry.log('WARN', 'An audit record of the watchdog was not stored or not sealed', {
        correlation_id: correlationId,
        why: whyOf(error),
      });
    }),
  );
}

export const CALL_MS = 1_000;
const TRIES = 4;
const FIRST_PAUSE_MS = 200;

/** Throws the last failure. Stops early when no time is left. */
export async function retry<T>({ ports, endAtMs }: TickContext, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call();
    } catch (error) {
      const pauseMs = FIRST_PAUSE_MS * 2 ** (tried - 1);
      if (tried === TRIES || ports.clock.nowMs() + pauseMs >= endAtMs) throw error;
      await ports.clock.sleep(pauseMs);
    }
  }
}

/** Of a StoreError the message, of any other error only the name, because its message may contain anything. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return error.name === 'StoreError' ? error.message : error.name;
}

export const logFailure = (
  { ports }: TickContext,
  message: string,
  botId: string,
  error: unknown,
  level: LogLevel = 'WARN',
): void => ports.telemetry.log(level, message, { bot_id: botId, why: whyOf(error) });

/**
 * One invocation of the liquidator, from the raw event to the answer. Never throws.
 *
 *   event ─ read ─┬─ refused ─────────────────────▶ answer, nothing done
 *                 ├─ canary ──────────────────────▶ audit log and note, the exchange is not called
 *                 ├─ preflight ───────────────────▶ tests everything that a liquidation needs
 *                 └─ liquidate ── resumed? ───────▶ is the record our own? waits for its time
 *                                  │
 *                    is its trip still valid? ────▶ no: answer, nothing done
 *                                  ├─ switched off ▶ lock, audit log, the exchange is not called
 *                                  ├─ dry run ─────▶ reads, plan: what would be done
 *                                  └─ else ────────▶ lock, audit log, engine, answer
 */

import { type Answer, HEADLINES, METRICS, type PreflightAnswer } from '../../contract.ts';
import type { EffectiveSettings } from '../../core/config/effective-settings.ts';
import { type BotSettings, defaultBot } from '../../core/config/settings.ts';
import { isCanary } from '../../core/heartbeat/canary.ts';
import { answerError, errorOfThrown } from '../../core/invocation/answer-error.ts';
import { clockTime, correlationId } from '../../core/invocation/identity.ts';
import { isFlatResult } from '../../core/invocation/liquidation-record.ts';
import { wrongCaller } from '../../core/invocation/refused-event.ts';
import { type LiquidateRequest, type Request, readRequest } from '../../core/invocation/request.ts';
import { type Asked, answerOf, refusal } from '../../core/liquidation/answer/answer.ts';
import { deadlineFor } from '../../core/liquidation/timing.ts';
import type { LogEvent } from '../../events.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { checkTrip } from './check-trip.ts';
import { dryRun } from './dry-run.ts';
import { liquidate } from './liquidate.ts';
import { preflight } from './preflight.ts';
import { portsWithWaits, waitForTime } from './resumed-attempt.ts';
import { answerCanary, skip } from './skip.ts';
import type { Task } from './task.ts';

/** One accepted request, as answers name it. */
type Named = Asked & { readonly correlationId: string };

/** `remainingMs`: until Lambda's timeout; `event`: anything; `invokedArn`: has the alias by which the function was called. */
export async function execute(
  ports: LiquidatorPorts,
  config: EffectiveSettings,
  event: unknown,
  remainingMs: number,
  invokedArn?: string,
): Promise<Answer | PreflightAnswer> {
  const startedAtMs = ports.clock.nowMs();
  const asked: Asked = { correlationId: null, botId: null, trigger: null, dryRun: false, startedAtMs };
  try {
    const answer = await dispatch(ports, config, event, remainingMs, invokedArn, asked);
    if ('state' in answer) measure(ports, answer);
    return answer;
  } catch (error) {
    ports.telemetry.log('CRITICAL', 'The liquidator failed unexpectedly', {
      event: 'liquidator_failed',
      error,
    } satisfies LogEvent<'liquidator_failed'>);
    const errors = [errorOfThrown(error)];
    const answer = answerOf(asked, ports.clock.nowMs(), { headline: HEADLINES.checkByHand, state: 'failed', errors });
    measure(ports, answer);
    return answer;
  } finally {
    ports.telemetry.flush();
  }
}

async function dispatch(
  ports: LiquidatorPorts,
  config: EffectiveSettings,
  event: unknown,
  remainingMs: number,
  invokedArn: string | undefined,
  asked: Asked,
): Promise<Answer | PreflightAnswer> {
  const wrong = wrongCaller(invokedArn, event);
  if (wrong !== undefined) return refuse(ports, [wrong], asked);
  const reading = readRequest(event);
  if (!reading.ok) return refuse(ports, reading.problems, asked);
  const { request } = reading;
  const id = request.correlationId ?? correlationId(asked.startedAtMs, ports.random.hex(8));
  const bot = botOf(config, request);
  if (bot === undefined) {
    const known = config.settings.bots.map(one => `"${one.botId}"`).join(', ');
    const problem = `bot_id "${request.botId}" is not in the configuration: use one of ${known}, or add [bot:${request.botId}]`;
    return refuse(ports, [problem], { ...asked, correlationId: id, botId: request.botId });
  }
  if (isCanary(bot.botId)) {
    const trigger = request.action === 'preflight' ? 'manual' : request.trigger;
    return answerCanary(ports, { ...asked, correlationId: id, botId: bot.botId, trigger });
  }
  if (request.action === 'preflight') {
    const deadline = deadlineFor(asked.startedAtMs, PREFLIGHT_TIMEOUT_MS, remainingMs);
    return preflight(ports, { config, settings: config.settings, bot, correlationId: id, deadline });
  }
  const { botId, trigger, dryRun } = request;
  return attempt(ports, config, request, bot, { ...asked, correlationId: id, botId, trigger, dryRun }, remainingMs);
}

async function attempt(
  ports: LiquidatorPorts,
  config: EffectiveSettings,
  request: LiquidateRequest,
  bot: BotSettings,
  asked: Named,
  remainingMs: number,
): Promise<Answer> {
  const { resume } = request;
  const { correlationId } = asked;
  let attemptPorts = ports;
  let isUnproven = false;
  if (resume) {
    const time = await waitForTime(ports, request, correlationId, resume);
    if (time === 'continued') return continuedByAnother(ports, asked);
    if (time === 'too-early') return waiting(ports, asked, resume.notBeforeMs);
    if (resume.waits) attemptPorts = portsWithWaits(ports, bot.secretName, resume.waits, time === 'now');
    isUnproven = time === 'unknown';
  }
  const startedAtMs = ports.clock.nowMs();
  const deadline = deadlineFor(
    startedAtMs,
    timeoutOf(config, request, isUnproven),
    remainingMs - (startedAtMs - asked.startedAtMs),
  );
  const { settings } = config;
  const task: Task = {
    ...{ settings, bot, request, correlationId, isUnproven, deadline },
    asked: { ...asked, startedAtMs },
  };
  const trip = await checkTrip(ports, { ...request, correlationId }, TRIP_CHECK_MS);
  if (trip.kind === 'invalid') return refuseInvalidTrip(ports, asked, trip.because);
  return liquidateOrNot(attemptPorts, config, task);
}

/** A resumed attempt may take longer, unless no record proves it and its event contains a wait. */
function timeoutOf({ settings }: EffectiveSettings, { resume }: LiquidateRequest, isUnproven: boolean): number {
  const { timeoutMs } = settings.liquidation;
  const isLong = resume !== undefined && !(isUnproven && resume.waits);
  return isLong ? Math.max(timeoutMs, RESUMED_TIMEOUT_MS) : timeoutMs;
}

/** The configuration's switch comes before the call's dry run. */
async function liquidateOrNot(ports: LiquidatorPorts, config: EffectiveSettings, task: Task): Promise<Answer> {
  const { request } = task;
  const isOff = !config.settings.liquidation.emergencyLiquidation;
  const liquidateOrPlan = request.dryRun ? dryRun : liquidate;
  const answer = await (isOff ? skip(ports, task, config.disabledByEnvironment) : liquidateOrPlan(ports, task));
  if (!request.resume && !answer.replayed) {
    ports.telemetry.metric(METRICS.durationMs, answer.duration_seconds * 1_000, 'Milliseconds');
  }
  return answer;
}

/** Short, because it delays the first order; a table that takes longer counts as unreadable. */
const TRIP_CHECK_MS = 150;

function refuseInvalidTrip(ports: LiquidatorPorts, asked: Asked, because: string): Answer {
  const { correlationId, botId } = asked;
  const message = `The trip of this call is no longer valid (${because}); nothing was done`;
  ports.telemetry.log('WARN', message, { correlation_id: correlationId, bot_id: botId, code: 'TRIP_GONE' });
  return refusal(asked, ports.clock.nowMs(), [answerError('TRIP_GONE', message)]);
}

/** Longer, because nobody waits for its answer. */
const RESUMED_TIMEOUT_MS = 20_000;
const PREFLIGHT_TIMEOUT_MS = 15_000;

function refuse(ports: LiquidatorPorts, problems: readonly string[], asked: Asked): Answer {
  ports.telemetry.log('ERROR', 'The event was refused; nothing was done', {
    event: 'event_refused',
    problems,
  } satisfies LogEvent<'event_refused'>);
  const errors = problems.map(problem => answerError('EVENT_INVALID', problem));
  return refusal(asked, ports.clock.nowMs(), errors);
}

/** Lambda may deliver an event twice, and the watchdog may start an attempt whose hand-over only seemed to fail: no error. */
function continuedByAnother(ports: LiquidatorPorts, asked: Asked): Answer {
  const message =
    'Another attempt has continued this liquidation; its answer is stored under the same correlation ID. To liquidate again, leave out resume';
  ports.telemetry.log('WARN', message, { correlation_id: asked.correlationId, bot_id: asked.botId });
  return answerOf(asked, ports.clock.nowMs(), {
    ...{ headline: HEADLINES.refused, state: 'in_progress', errors: [answerError('ALREADY_IN_PROGRESS', message)] },
  });
}

/** Its time is further away than one invocation can wait: the event was passed on, and nothing was sent. */
const waiting = (ports: LiquidatorPorts, asked: Asked, untilMs: number): Answer =>
  answerOf(asked, ports.clock.nowMs(), { headline: `WAITING UNTIL ${clockTime(untilMs)}`, state: 'in_progress' });

/** A broken configuration knows no bots: then the secret's name is derived from the bot's, so that it is still protected. */
function botOf(config: EffectiveSettings, request: Request): BotSettings | undefined {
  const { botId } = request;
  const known = config.settings.bots.find(one => one.botId === botId);
  return known ?? (config.isFallback ? defaultBot(botId) : undefined);
}

/** An execution that did not liquidate is counted as skipped: a dry run, a repeated answer, and symbols that fit nothing. */
function measure({ telemetry }: LiquidatorPorts, answer: Answer): void {
  const isRun = !answer.replayed && !answer.dry_run;
  const isFlat = isFlatResult(answer.state, answer.headline);
  const state = isRun && (isFlat || answer.state !== 'completed') ? answer.state : 'skipped';
  telemetry.metric(METRICS.executions, 1, 'Count', { state, trigger: answer.trigger ?? 'none' });
  if (!isRun) return;
  if (isFlat) telemetry.metric(METRICS.liquidationsFlat, 1, 'Count');
  if (answer.state === 'failed') telemetry.metric(METRICS.liquidationsFailed, 1, 'Count');
}

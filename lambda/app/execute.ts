/**
 * One invocation of the liquidator, from the raw event to the answer. Never throws.
 *
 *   event ─ read ─┬─ refused ─────────────────────▶ answer, nothing done
 *                 ├─ switched off ────────────────▶ skipped, nothing called
 *                 ├─ dry run ── observe ── plan ──▶ what would be done
 *                 ├─ liquidate ───────────────────▶ lock, trail, rounds, answer
 *                 └─ preflight ───────────────────▶ everything it will need, tried
 */

import { type Answer, HEADLINES, METRICS, type PreflightAnswer } from '../contract.ts';
import { answerError, errorOfThrown } from '../core/answer-error.ts';
import { wrongCaller } from '../core/caller.ts';
import { isCanary } from '../core/canary.ts';
import type { EffectiveSettings } from '../core/config/effective-settings.ts';
import { type BotSettings, defaultBot } from '../core/config/settings.ts';
import { LONGEST_SLEEP_MS } from '../core/hand-over.ts';
import { correlationId } from '../core/identity.ts';
import { type Request, type Resume, readRequest } from '../core/request.ts';
import { deadlineFor } from '../core/timing.ts';
import { type Asked, answerOf, refusal } from '../core/verdict.ts';
import type { LogEvent } from '../events.ts';
import { answerCanary } from './answer-canary.ts';
import { dryRun } from './dry-run.ts';
import { liquidate } from './liquidate.ts';
import { preflight } from './preflight.ts';
import { skip } from './skip.ts';
import type { Task } from './task.ts';
import type { World } from './world.ts';

/**
 * `remainingMs` is what Lambda's timeout leaves; `event` is anything at all; `invokedArn` says by which alias the
 * function was called.
 */
export async function execute(
  world: World,
  config: EffectiveSettings,
  event: unknown,
  remainingMs: number,
  invokedArn?: string,
): Promise<Answer | PreflightAnswer> {
  const nobody: Asked = {
    ...{ correlationId: null, botId: null, trigger: null, dryRun: false },
    startedAtMs: world.clock.nowMs(),
  };
  try {
    const answer = await dispatch(world, config, event, remainingMs, nobody, invokedArn);
    if ('state' in answer) measure(world, answer);
    return answer;
  } catch (error) {
    world.telemetry.log('CRITICAL', 'The liquidator failed in a way nobody foresaw', {
      event: 'liquidator_failed',
      error,
    } satisfies LogEvent<'liquidator_failed'>);
    const errors = [errorOfThrown(error)];
    const answer = answerOf(nobody, world.clock.nowMs(), { headline: HEADLINES.checkByHand, state: 'failed', errors });
    measure(world, answer);
    return answer;
  } finally {
    world.telemetry.flush();
  }
}

async function dispatch(
  world: World,
  config: EffectiveSettings,
  event: unknown,
  remainingMs: number,
  nobody: Asked,
  invokedArn: string | undefined,
): Promise<Answer | PreflightAnswer> {
  const refuse = (problems: readonly string[], asked: Asked): Answer => {
    world.telemetry.log('ERROR', 'The event was refused; nothing was done', {
      event: 'event_refused',
      problems,
    } satisfies LogEvent<'event_refused'>);
    return refusal(
      asked,
      world.clock.nowMs(),
      problems.map(problem => answerError('EVENT_INVALID', problem)),
    );
  };
  const wrong = wrongCaller(invokedArn, event);
  if (wrong !== undefined) return refuse([wrong], nobody);
  const reading = readRequest(event);
  if (!reading.ok) return refuse(reading.problems, nobody);
  const { request } = reading;
  const id = request.correlationId ?? correlationId(nobody.startedAtMs, world.random.hex(8));
  const bot = botOf(config, request);
  if (bot === undefined) {
    const known = config.settings.bots.map(one => `"${one.botId}"`).join(', ');
    const problem = `bot_id "${request.botId}" is not in the configuration: use one of ${known}, or add [bot:${request.botId}]`;
    return refuse([problem], { ...nobody, correlationId: id, botId: request.botId });
  }
  const { settings } = config;
  if (isCanary(bot.botId)) {
    const trigger = request.action === 'preflight' ? 'manual' : request.trigger;
    return answerCanary(world, { ...nobody, correlationId: id, botId: bot.botId, trigger });
  }
  if (request.action === 'preflight') {
    const deadline = deadlineFor(nobody.startedAtMs, PREFLIGHT_TIMEOUT_MS, remainingMs);
    return preflight(world, { config, settings, bot, correlationId: id, deadline });
  }
  const { botId, trigger, resume } = request;
  const waitedMs = resume ? await untilItIsTime(world, resume) : 0;
  const startedAtMs = world.clock.nowMs();
  const asked: Asked = { ...nobody, correlationId: id, botId, trigger, dryRun: request.dryRun, startedAtMs };
  const { timeoutMs } = settings.liquidation;
  const withinMs = resume ? Math.max(timeoutMs, RESUMED_TIMEOUT_MS) : timeoutMs;
  const deadline = deadlineFor(startedAtMs, withinMs, remainingMs - waitedMs);
  const task = { settings, bot, request, asked, correlationId: id, deadline };
  const answer = await carryOut(world, config, task);
  if (!resume && !answer.replayed) {
    world.telemetry.metric(METRICS.durationMs, answer.duration_seconds * 1_000, 'Milliseconds');
  }
  return answer;
}

function carryOut(world: World, config: EffectiveSettings, task: Task): Promise<Answer> {
  if (!task.settings.liquidation.emergencyLiquidation) return skip(world, task, config.disabledByEnvironment);
  return task.request.dryRun ? dryRun(world, task) : liquidate(world, task);
}

/** Nobody waits for the answer of a resumed attempt: it may take longer than the caller's patience. */
const RESUMED_TIMEOUT_MS = 20_000;
const PREFLIGHT_TIMEOUT_MS = 15_000;

/** Waits for the instant at which the run is to be taken up again; gives how long that took. */
async function untilItIsTime({ clock }: World, { notBeforeMs }: Resume): Promise<number> {
  const beganAtMs = clock.nowMs();
  const waitMs = Math.min(LONGEST_SLEEP_MS, notBeforeMs - beganAtMs);
  if (waitMs > 0) await clock.sleep(waitMs);
  return clock.nowMs() - beganAtMs;
}

/** A broken configuration knows no bots: then the secret's name follows from the bot's, so that it is still protected. */
function botOf(config: EffectiveSettings, request: Request): BotSettings | undefined {
  const { botId } = request;
  const known = config.settings.bots.find(one => one.botId === botId);
  return known ?? (config.isFallback ? defaultBot(botId) : undefined);
}

function measure({ telemetry }: World, answer: Answer): void {
  const trigger = answer.trigger ?? 'none';
  telemetry.metric(METRICS.executions, 1, 'Count', { state: answer.state, trigger });
  // A replay tells of work that was counted when it was done, a dry run of none.
  if (answer.replayed || answer.dry_run) return;
  if (answer.state === 'completed') telemetry.metric(METRICS.liquidationsFlat, 1, 'Count');
  if (answer.state === 'failed') telemetry.metric(METRICS.liquidationsFailed, 1, 'Count');
  telemetry.metric(METRICS.positionsClosed, answer.positions_closed, 'Count');
  telemetry.metric(METRICS.positionsFailed, answer.positions_failed, 'Count');
  telemetry.metric(METRICS.ordersCancelled, answer.orders_cancelled, 'Count');
  telemetry.metric(METRICS.rounds, answer.rounds, 'Count');
}

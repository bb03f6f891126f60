/**
 * Resumes liquidations that ended partial or failed without a hand-over, or whose function died, under the same correlation
 * ID until `resume_minutes` are over; then an operator is notified.
 */

import { readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import { type TripCheck, tripValidity } from '../../core/heartbeat/trip-checks.ts';
import { isoMicros } from '../../core/invocation/identity.ts';
import { resumeEvent } from '../../core/liquidation/carry/resume.ts';
import type { UnfinishedRun } from '../../ports.ts';
import { invoke } from './check/trip.ts';
import { CALL_MS, reportProblem, retry, whyOf } from './report-problem.ts';
import { TICK_EVERY_MS, type TickContext, timeoutWithin } from './tick-context.ts';

const MOST_RUNS = 100;
const LIST_MS = 3_000;

/** Never rejects. */
export async function resumeUnfinished(tick: TickContext): Promise<void> {
  const { ports, tally } = tick;
  try {
    // Runs due within a minute are read too, but only counted: otherwise one that keeps failing is never in the metric.
    const untilMs = ports.clock.nowMs() + TICK_EVERY_MS;
    const runs = await retry(tick, () => ports.unfinished.due(untilMs, MOST_RUNS, timeoutWithin(tick, LIST_MS)));
    tally.unfinished = runs.length;
    const nowMs = ports.clock.nowMs();
    tally.oldestUnfinishedMs = Math.max(0, ...runs.map(run => nowMs - run.firstStartedAtMs));
    await Promise.all(runs.filter(run => run.resumeAtMs <= nowMs).map(run => resumeRun(tick, run)));
  } catch (error) {
    tally.sawAll = false;
    const message = `Unfinished liquidations could not be read; the next watchdog run tries again. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'RUNS_UNREADABLE', message);
  }
}

async function resumeRun(tick: TickContext, run: UnfinishedRun): Promise<void> {
  const check = await checkOf(tick, run);
  if (check === undefined) return;
  if (check.kind === 'invalid') return endInvalid(tick, run, check.because);
  const untilMs = run.firstStartedAtMs + tick.config.settings.liquidation.resumeMs;
  if (tick.ports.clock.nowMs() >= untilMs) return giveUp(tick, run);
  const next = { resumeAtMs: run.resumeAtMs, untilMs, hop: run.attempt + 1, bySelf: false, confirms: false };
  const event = resumeEvent({
    ...run,
    next,
    token: run.holder ?? '0',
    carried: undefined,
    waits: undefined,
    trip: run.trip,
  });
  const accepted = await invoke(tick, event);
  if (accepted) tick.tally.resumed.push(run.correlationId);
}

/** Undefined: the bot's row could not be read, and the next tick decides. */
async function checkOf(tick: TickContext, { botId, trip }: UnfinishedRun): Promise<TripCheck | undefined> {
  if (trip === undefined) return { kind: 'valid' };
  try {
    const fields = await retry(tick, () => tick.bots.read(botId, CALL_MS));
    return tripValidity({ trip, isResumed: true }, fields && readBotRow(botId, fields), undefined);
  } catch (error) {
    const about = { bot_id: botId, trip, why: whyOf(error) };
    tick.ports.telemetry.log('WARN', 'The trip of a liquidation could not be read', about);
    return undefined;
  }
}

/** The bot was re-armed: its account is the bot's again. */
async function endInvalid(tick: TickContext, run: UnfinishedRun, because: string): Promise<void> {
  const { ports } = tick;
  const about = { bot_id: run.botId, correlation_id: run.correlationId, because };
  try {
    await retry(tick, () => ports.unfinished.giveUp(run, ports.clock.nowMs(), timeoutWithin(tick, CALL_MS)));
    ports.telemetry.log('WARN', 'An unfinished liquidation was ended, because its trip is no longer valid', about);
  } catch (error) {
    ports.telemetry.log('WARN', 'An unfinished liquidation could not be ended', { ...about, why: whyOf(error) });
  }
}

async function giveUp(tick: TickContext, run: UnfinishedRun): Promise<void> {
  const { ports, tally } = tick;
  const about = { bot_id: run.botId, correlation_id: run.correlationId, state: run.state, attempt: run.attempt };
  const end = () => ports.unfinished.giveUp(run, ports.clock.nowMs(), timeoutWithin(tick, CALL_MS));
  try {
    if (!(await retry(tick, end))) return;
  } catch (error) {
    // People are notified nevertheless, and again by the next tick.
    ports.telemetry.log('ERROR', 'The end of a liquidation could not be stored', { ...about, why: whyOf(error) });
  }
  tally.gaveUp.push(run.correlationId);
  const since = isoMicros(run.firstStartedAtMs);
  const message = `NOT FLAT: the liquidation of the bot ${run.botId}, started ${since}, is not retried any more; close by hand.`;
  reportProblem(tick, 'CRITICAL', 'RESUME_GAVE_UP', message, about);
}

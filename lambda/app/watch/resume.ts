/**
 * The safety net under the second clock: liquidations that ended partial or failed and were not handed over, or whose
 * function died. Taken up again under the same correlation ID until `resume_minutes` are over; then an operator is told.
 */

import { isoMicros } from '../../core/identity.ts';
import { resumeEvent } from '../../core/liquidation/resume.ts';
import type { UnfinishedRun } from '../../ports.ts';
import { complain } from './complain.ts';
import { CALL_MS, insist, whyOf } from './insist.ts';
import { invoke } from './invoke.ts';
import { leftOf, type Round, TICK_EVERY_MS } from './round.ts';

const MOST_RUNS = 100;
const LIST_MS = 3_000;

/** Never rejects. */
export async function resumeUnfinished(round: Round): Promise<void> {
  const { world, tally } = round;
  try {
    // Those that somebody holds or is about to take up are only counted: a run that fails again and again is never due.
    const untilMs = world.clock.nowMs() + TICK_EVERY_MS;
    const runs = await insist(round, () => world.unfinished.due(untilMs, MOST_RUNS, leftOf(round, LIST_MS)));
    tally.unfinished = runs.length;
    const nowMs = world.clock.nowMs();
    tally.oldestUnfinishedMs = Math.max(0, ...runs.map(run => nowMs - run.firstStartedAtMs));
    await Promise.all(runs.filter(run => run.resumeAtMs <= nowMs).map(run => takeUp(round, run)));
  } catch (error) {
    tally.sawAll = false;
    const message = `Unfinished liquidations could not be looked for; the next tick does. ${whyOf(error)}`;
    complain(round, 'CRITICAL', 'BOTS_UNREADABLE', message);
  }
}

async function takeUp(round: Round, run: UnfinishedRun): Promise<void> {
  const untilMs = run.firstStartedAtMs + round.config.settings.liquidation.resumeMs;
  if (round.world.clock.nowMs() >= untilMs) return giveUp(round, run);
  const accepted = await invoke(
    round,
    resumeEvent({
      ...run,
      next: { resumeAtMs: run.resumeAtMs, untilMs, hop: run.attempt + 1, bySelf: false, confirms: false },
      token: run.holder ?? '0',
      carried: undefined,
      trip: undefined,
    }),
  );
  if (accepted) round.tally.resumed.push(run.correlationId);
}

async function giveUp(round: Round, run: UnfinishedRun): Promise<void> {
  const { world, tally } = round;
  const about = { bot_id: run.botId, correlation_id: run.correlationId, state: run.state, attempt: run.attempt };
  try {
    const ours = await insist(round, () => world.unfinished.giveUp(run, world.clock.nowMs(), leftOf(round, CALL_MS)));
    if (!ours) return;
  } catch (error) {
    // Told all the same, and told again by the next tick: better twice than never.
    world.telemetry.log('ERROR', 'A liquidation could not be given up', { ...about, why: whyOf(error) });
  }
  tally.gaveUp.push(run.correlationId);
  const since = isoMicros(run.firstStartedAtMs);
  const message = `NOT FLAT: the liquidation of the bot ${run.botId}, begun ${since}, is given up; close by hand.`;
  complain(round, 'CRITICAL', 'RESUME_GAVE_UP', message, about);
}

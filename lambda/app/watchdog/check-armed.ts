/**
 * A bot that is watched.
 *
 *   unknown to the configuration ──▶ told, in each tick: nobody could liquidate it
 *   cried for help ──▶ fire
 *   dead           ──▶ fire
 *   late           ──▶ told once per silence; looked at again at its deadline, in this tick if it lives that long
 *   alive, snoozed ──▶ put off to the instant at which it would be late; awake only where a beat is missing
 */

import { type Assessment, assessBot, missesABeat } from '../../core/heartbeat/assess-bot.ts';
import { observeBeat } from '../../core/heartbeat/observation.ts';
import type { BotRow, Observation } from '../../core/heartbeat/read-bot-row.ts';
import { timesOf, type WatchTimes } from '../../core/heartbeat/watch-times.ts';
import { type NextCheck, NO_MORE, type Watched } from './next-check.ts';
import { notifyLate } from './notify-late.ts';
import { reportRowProblems, reportUnknownBot } from './report-problem.ts';
import { schedule } from './schedule.ts';
import type { TickContext } from './tick-context.ts';
import { fire } from './trip.ts';

export async function checkArmed(tick: TickContext, row: BotRow, watched: Watched): Promise<NextCheck> {
  const { ports, config, tally } = tick;
  const nowMs = ports.clock.nowMs();
  tally.armed.add(row.botId);
  const times = timesOf(config, row.botId, row.times);
  if (times === undefined) {
    reportUnknownBot(tick, row);
    return NO_MORE;
  }
  if (row.cry !== undefined) return fire(tick, row, nameableInstant(row.cry.atMs, nowMs));
  const { beat } = row;
  if (beat === undefined) {
    reportRowProblems(tick, row, [NEVER_REPORTED]);
    return NO_MORE;
  }
  const observation = observeBeat({ ...row, beat }, remembered(beat, row.seen, watched.memory), nowMs);
  const { watchedSinceMs, gap } = watched;
  const assessment = assessBot(row, observation, times, { nowMs, watchedSinceMs, gap });
  tally.longestSilenceMs = Math.max(tally.longestSilenceMs, nowMs - assessment.silentSinceMs);
  switch (assessment.status) {
    case 'dead':
      return fire(tick, row, assessment.deadAtMs);
    case 'late':
      tally.late.add(row.botId);
      await notifyLate(tick, row, observation, assessment, times);
      return stayAwake(tick, assessment.deadAtMs, isForgiven(assessment, times, watched), observation);
    default:
      return putOff(tick, row, observation, assessment, times, watched);
  }
}

const NEVER_REPORTED =
  'last_beat_at_ms and beats are missing: a bot that never reported is not judged. Start the bot, or use flatline disarm.';

/**
 * Another tick may have seen the beat before us, and the table may not have taken what we saw: who saw it first is right.
 */
function remembered(
  beat: string,
  stored: Observation | undefined,
  ours: Observation | undefined,
): Observation | undefined {
  const [first] = [stored, ours]
    .filter(observation => observation?.beat === beat)
    .toSorted((a, b) => (a?.firstSeenAtMs ?? 0) - (b?.firstSeenAtMs ?? 0));
  return first ?? ours ?? stored;
}

/** A correlation ID begins with a date; that of a clock that is wrong by days helps nobody. */
function nameableInstant(atMs: number | undefined, nowMs: number): number {
  return atMs !== undefined && Math.abs(atMs - nowMs) < 86_400_000 ? atMs : nowMs;
}

async function putOff(
  tick: TickContext,
  row: BotRow,
  observation: Observation,
  assessment: Assessment,
  times: WatchTimes,
  watched: Watched,
): Promise<NextCheck> {
  const nowMs = tick.ports.clock.nowMs();
  await schedule(tick, row, observation, assessment.lateAtMs);
  if (missesABeat(assessment, times, nowMs) && isForgiven(assessment, times, watched)) {
    return stayAwake(tick, assessment.lateAtMs, true, observation);
  }
  const worthWaiting = missesABeat(assessment, times, nowMs) || assessment.deadAtMs <= tick.horizonMs;
  return worthWaiting ? { kind: 'at', atMs: assessment.lateAtMs, urgent: false, memory: observation } : NO_MORE;
}

/** Whether it is only our own blindness that the bot has its time from. */
const isForgiven = ({ deadAtMs }: Assessment, { deadAfterMs }: WatchTimes, { watchedSinceMs }: Watched): boolean =>
  deadAtMs === watchedSinceMs + deadAfterMs;

/**
 * Until the bot's next instant. One that is silent since we were blind is watched to the end of the tick even if that
 * comes later: were the next tick blind as well, for want of somebody awake, silence would be forgiven for ever.
 */
function stayAwake(tick: TickContext, untilMs: number, toTheEnd: boolean, memory: Observation): NextCheck {
  const isOver = tick.ports.clock.nowMs() >= tick.stopAtMs;
  const atMs = toTheEnd && !isOver ? Math.min(untilMs, tick.stopAtMs) : untilMs;
  return { kind: 'at', atMs, urgent: true, memory };
}

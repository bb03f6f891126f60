/**
 * A bot that is watched.
 *
 *   unknown to the configuration ──▶ told, in each tick: nobody could liquidate it
 *   cried for help ──▶ fire
 *   dead           ──▶ fire
 *   late           ──▶ told once per silence; looked at again at its deadline, in this tick if it lives that long
 *   alive, snoozed ──▶ put off to the instant at which it would be late; awake only where a beat is missing
 */

import type { BotRow, Sighting } from '../../core/heartbeat/bot-row.ts';
import { type Judgement, judge, missesABeat } from '../../core/heartbeat/judge.ts';
import { sight } from '../../core/heartbeat/sighting.ts';
import { timesOf, type WatchTimes } from '../../core/heartbeat/watch-times.ts';
import { complainOfRow, complainOfUnknown } from './complain.ts';
import { fire } from './fire.ts';
import { type NextLook, NO_MORE, type Watched } from './next-look.ts';
import type { Round } from './round.ts';
import { schedule } from './schedule.ts';
import { tellLate } from './tell-late.ts';

export async function lookAtArmed(round: Round, row: BotRow, watched: Watched): Promise<NextLook> {
  const { world, config, tally } = round;
  const nowMs = world.clock.nowMs();
  tally.armed.add(row.botId);
  const times = timesOf(config, row.botId, row.times);
  if (times === undefined) {
    complainOfUnknown(round, row);
    return NO_MORE;
  }
  if (row.cry !== undefined) return fire(round, row, nameableInstant(row.cry.atMs, nowMs));
  const { beat } = row;
  if (beat === undefined) {
    complainOfRow(round, row, [NEVER_REPORTED]);
    return NO_MORE;
  }
  const sighting = sight({ ...row, beat }, remembered(beat, row.seen, watched.memory), nowMs);
  const { watchedSinceMs, gap } = watched;
  const judged = judge(row, sighting, times, { nowMs, watchedSinceMs, gap });
  tally.longestSilenceMs = Math.max(tally.longestSilenceMs, nowMs - judged.silentSinceMs);
  switch (judged.status) {
    case 'dead':
      return fire(round, row, judged.deadAtMs);
    case 'late':
      tally.late.add(row.botId);
      await tellLate(round, row, sighting, judged, times);
      return stayAwake(round, judged.deadAtMs, isForgiven(judged, times, watched), sighting);
    default:
      return putOff(round, row, sighting, judged, times, watched);
  }
}

const NEVER_REPORTED =
  'last_beat_at_ms and beats are missing: a bot that never reported is not judged. Start the bot, or use flatline disarm.';

/**
 * Another tick may have seen the beat before us, and the table may not have taken what we saw: who saw it first is right.
 */
function remembered(beat: string, stored: Sighting | undefined, ours: Sighting | undefined): Sighting | undefined {
  const [first] = [stored, ours]
    .filter(sighting => sighting?.beat === beat)
    .toSorted((a, b) => (a?.firstSeenAtMs ?? 0) - (b?.firstSeenAtMs ?? 0));
  return first ?? ours ?? stored;
}

/** A correlation ID begins with a date; that of a clock that is wrong by days helps nobody. */
function nameableInstant(atMs: number | undefined, nowMs: number): number {
  return atMs !== undefined && Math.abs(atMs - nowMs) < 86_400_000 ? atMs : nowMs;
}

async function putOff(
  round: Round,
  row: BotRow,
  sighting: Sighting,
  judged: Judgement,
  times: WatchTimes,
  watched: Watched,
): Promise<NextLook> {
  const nowMs = round.world.clock.nowMs();
  await schedule(round, row, sighting, judged.lateAtMs);
  if (missesABeat(judged, times, nowMs) && isForgiven(judged, times, watched)) {
    return stayAwake(round, judged.lateAtMs, true, sighting);
  }
  const worthWaiting = missesABeat(judged, times, nowMs) || judged.deadAtMs <= round.horizonMs;
  return worthWaiting ? { kind: 'at', atMs: judged.lateAtMs, urgent: false, memory: sighting } : NO_MORE;
}

/** Whether it is only our own blindness that the bot has its time from. */
const isForgiven = ({ deadAtMs }: Judgement, { deadAfterMs }: WatchTimes, { watchedSinceMs }: Watched): boolean =>
  deadAtMs === watchedSinceMs + deadAfterMs;

/**
 * Until the bot's next instant. One that is silent since we were blind is watched to the end of the tick even if that
 * comes later: were the next tick blind as well, for want of somebody awake, silence would be forgiven for ever.
 */
function stayAwake(round: Round, untilMs: number, toTheEnd: boolean, memory: Sighting): NextLook {
  const isOver = round.world.clock.nowMs() >= round.stopAtMs;
  const atMs = toTheEnd && !isOver ? Math.min(untilMs, round.stopAtMs) : untilMs;
  return { kind: 'at', atMs, urgent: true, memory };
}

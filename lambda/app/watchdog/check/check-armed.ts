/**
 * A bot that is watched.
 *
 *   unknown to the configuration ──▶ reported in each tick: it cannot be liquidated
 *   reported its own failure ──▶ trip; if heartbeats came over 10 min after it ──▶ people are notified, nothing is closed
 *   dead           ──▶ trip
 *   unproven       ──▶ silent, but its heartbeats may have been lost: checked again when that is known
 *   late           ──▶ people are notified once per silence; checked again at its deadline, if this run lasts that long
 *   alive, snoozed ──▶ scheduled for when it would be late; awaited only if it may be late or dead soon
 */

import {
  type Assessment,
  assessBot,
  fellSilentTogether,
  isOutdated,
  missesABeat,
  observeBeat,
} from '../../../core/heartbeat/assess-bot.ts';
import { isPingRun } from '../../../core/heartbeat/ping.ts';
import type { BotRow, Observation } from '../../../core/heartbeat/read-bot-row.ts';
import { nextBeatMs, timesOf, type WatchTimes } from '../../../core/heartbeat/watch-times.ts';
import { proofNeededFrom, rowProbeEveryMs } from '../../../core/heartbeat/watchdog-health.ts';
import { needPings } from '../prove-health.ts';
import { reportRowProblems, reportUnknownBot } from '../report-problem.ts';
import { schedule } from '../schedule.ts';
import type { TickContext } from '../tick-context.ts';
import { type CheckedBot, type NextCheck, NO_MORE, RECHECK_MS } from './next-check.ts';
import { notifyLate, notifyOfOutdatedFailure, notifyOfRestarts, notifyOfTimes } from './notify.ts';
import { trip } from './trip.ts';

/** After so long without evidence an operator must decide. */
export const UNPROVEN_FOR_MS = 10 * 60_000;

export async function checkArmed(tick: TickContext, row: BotRow, watched: CheckedBot): Promise<NextCheck> {
  const next = await checkAndAct(tick, row, watched);
  if (isPingRun(row.runId)) needPings(tick, row.botId, next.kind === 'at' ? next.proveFromMs : undefined);
  return next;
}

async function checkAndAct(tick: TickContext, row: BotRow, watched: CheckedBot): Promise<NextCheck> {
  const { ports, config, tally } = tick;
  const nowMs = ports.clock.nowMs();
  tally.armed.add(row.botId);
  const times = timesOf(config, row.botId, row.times);
  if (times === undefined) {
    reportUnknownBot(tick, row);
    return NO_MORE;
  }
  if (row.failure !== undefined) {
    if (!isOutdated(row)) return trip(tick, row, nameableInstant(row.failure.atMs, nowMs));
    const isTakenBack = await notifyOfOutdatedFailure(tick, row);
    if (isTakenBack) return { kind: 'at', atMs: nowMs + RECHECK_MS, urgent: true };
  }
  notifyOfTimes(tick, row);
  const { beat } = row;
  if (beat === undefined) {
    reportRowProblems(tick, row, [NEVER_REPORTED]);
    return NO_MORE;
  }
  const observation = observeBeat({ ...row, beat }, remembered(beat, row.seen, watched.memory), nowMs);
  const assessment = assess(tick, row, observation, times);
  const { silentSinceMs, deadAtMs } = assessment;
  notifyOfRestarts(tick, row, deadAtMs);
  tally.longestSilenceMs = Math.max(tally.longestSilenceMs, nowMs - silentSinceMs);
  tally.unproven.delete(row.botId);
  switch (assessment.status) {
    case 'dead':
      return trip(tick, row, deadAtMs);
    case 'unproven':
      if (nowMs >= deadAtMs + UNPROVEN_FOR_MS) tally.unproven.set(row.botId, deadAtMs);
      return untilProven(assessment, times, nowMs, observation);
    case 'late':
      tally.late.add(row.botId);
      await notifyLate(tick, row, observation, assessment, times);
      return { kind: 'at', atMs: deadAtMs, urgent: true, memory: observation, ...provesFrom(nowMs, times) };
    default:
      return scheduleNextCheck(tick, row, observation, assessment, times);
  }
}

const NEVER_REPORTED =
  'last_beat_at_ms and beats are missing: a bot that never reported is not judged. Start the bot, or use flatline disarm.';

/** A bot that fell silent together with others is dead one heartbeat and 2 s after its deadline. */
function assess(tick: TickContext, row: BotRow, observation: Observation, times: WatchTimes): Assessment {
  const { ports, tally } = tick;
  const nowMs = ports.clock.nowMs();
  const silentHereMs = silentHereSince(tick, row.botId, observation, nowMs);
  const evidence = { nowMs, storableSinceMs: laterIfKnown(storableSince(tick, row), silentHereMs) };
  const alone = assessBot(row, observation, times, evidence);
  const silence = {
    silentSinceMs: alone.silentSinceMs,
    heartbeatMs: times.heartbeatMs,
    missesABeat: missesABeat(alone, times, evidence.nowMs),
    deadByOwnClockMs: deadByOwnClock(row, times),
  };
  tally.silences.set(row.botId, silence);
  if (alone.status !== 'dead' || !fellSilentTogether(silence, tally.silences.values())) return alone;
  return assessBot(row, observation, times, { ...evidence, oneMoreBeat: true });
}

const deadByOwnClock = (
  { claimedAtMs, lastBeatAtMs, snoozedUntilMs = 0 }: BotRow,
  { deadAfterMs }: WatchTimes,
): number | undefined => {
  const reportedAtMs = claimedAtMs ?? lastBeatAtMs;
  return reportedAtMs === undefined ? undefined : Math.max(reportedAtMs, snoozedUntilMs) + deadAfterMs;
};

/** Since when this tick has seen no other heartbeat. Another tick's host clock may be wrong, so it alone makes no bot dead. */
function silentHereSince({ tally }: TickContext, botId: string, { beat }: Observation, nowMs: number): number {
  const seen = tally.lastSeen.get(botId);
  if (seen?.beat === beat) return seen.sinceMs;
  tally.lastSeen.set(botId, { beat, sinceMs: nowMs });
  return nowMs;
}

/** Undefined if `one` is. */
const laterIfKnown = (one: number | undefined, other: number): number | undefined =>
  one === undefined ? undefined : Math.max(one, other);

/** Heartbeats by ping arrive only if the table works and pings are accepted. */
function storableSince({ health, pings }: TickContext, { botId, runId }: BotRow): number | undefined {
  const tableMs = health.storableSinceMs(botId);
  if (!isPingRun(runId)) return tableMs;
  const pingsMs = pings.storableSinceMs();
  return tableMs === undefined || pingsMs === undefined ? undefined : Math.max(tableMs, pingsMs);
}

/** The stored observation may be of another run, and ours may not have been stored: the earlier one counts. */
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

/** A correlation ID begins with a date; one from a clock that is wrong by days would mislead. */
function nameableInstant(atMs: number | undefined, nowMs: number): number {
  return atMs !== undefined && Math.abs(atMs - nowMs) < 86_400_000 ? atMs : nowMs;
}

/** `provenAtMs` undefined: no write succeeds now; proof takes one heartbeat and 2 s from the next that does. */
function untilProven({ provenAtMs }: Assessment, times: WatchTimes, nowMs: number, memory: Observation): NextCheck {
  const atMs = provenAtMs ?? nowMs + nextBeatMs(times);
  return { kind: 'at', atMs, urgent: true, memory, ...provesFrom(nowMs, times) };
}

const provesFrom = (proveFromMs: number, times: WatchTimes) => ({
  ...{ proveFromMs, proveRowEveryMs: rowProbeEveryMs(times) },
});

async function scheduleNextCheck(
  tick: TickContext,
  row: BotRow,
  observation: Observation,
  assessment: Assessment,
  times: WatchTimes,
): Promise<NextCheck> {
  const nowMs = tick.ports.clock.nowMs();
  const { lateAtMs, deadAtMs } = assessment;
  await schedule(tick, row, observation, Math.min(lateAtMs, proofNeededFrom(deadAtMs, times)));
  const isMissing = missesABeat(assessment, times, nowMs);
  if (!isMissing && deadAtMs > tick.horizonMs) return NO_MORE;
  if (isMissing) {
    return { kind: 'at', atMs: lateAtMs, urgent: false, memory: observation, ...provesFrom(nowMs, times) };
  }
  // It is checked once more before it would be late; its row is probed only if a heartbeat is missing by then.
  const proveFromMs = proofNeededFrom(lateAtMs, times);
  const atMs = proveFromMs > nowMs ? proveFromMs : lateAtMs;
  return { kind: 'at', atMs, urgent: false, memory: observation, proveFromMs };
}

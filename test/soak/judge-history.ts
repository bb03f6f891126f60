/**
 * What must have happened by the specification: no bot that reports is tripped, no bot that is silent
 * beyond the deadline is missed, and each trip is one liquidation. Judged from the planned timelines,
 * never from what the watchdog computed.
 */

import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { type BotTimeline, deadAfterAt, lastBeat, RIGHT_WITHIN_MS } from './bot-timeline.ts';
import type { History } from './fleet.ts';
import type { Happened } from './fleet-bots.ts';
import { losesHeartbeats, MINUTE, type Outage, type Span } from './outages.ts';

/** A heartbeat interval and its tolerance: the least time that a bot is watched, whatever its clock says. */
const ownWatchMs = ({ times }: BotTimeline): number =>
  Math.min(times.heartbeatMs + 2_000, times.deadAfterMs - times.lateAfterMs);

/**
 * early: a bot that reported, or must not be tripped, was tripped. missed: silent, and not tripped in time. double: more than
 * one liquidation of a trip, or one without a trip. bug: logged as one.
 */
export interface Problem {
  readonly kind: 'early' | 'missed' | 'double' | 'bug';
  readonly text: string;
}

export interface Verdict {
  readonly problems: readonly Problem[];
  /** How many cases of each kind were judged. */
  readonly counts: {
    readonly beats: number;
    readonly trips: number;
    readonly failures: number;
    /** Silences that had to end in a trip, and those among them with an exact bound. */
    readonly demands: number;
    readonly exactDemands: number;
    /** Silences that must not trip. */
    readonly survived: number;
    readonly latestAfterDeadlineMs: number;
  };
}

export function judgeHistory(history: History): Verdict {
  const judged = history.timelines.map(timeline => judgeBot(history, timeline));
  const sum = (of: (one: (typeof judged)[number]) => number): number => judged.reduce((all, one) => all + of(one), 0);
  return {
    problems: [
      ...judged.flatMap(({ problems }) => problems),
      ...judgeLiquidations(history),
      ...history.bugs.map((text): Problem => ({ kind: 'bug', text })),
    ],
    counts: {
      beats: sum(({ beats }) => beats),
      trips: sum(({ trips }) => trips),
      failures: sum(({ failures }) => failures),
      demands: sum(({ demands }) => demands),
      exactDemands: sum(({ exactDemands }) => exactDemands),
      survived: sum(({ survived }) => survived),
      latestAfterDeadlineMs: Math.round(Math.max(...judged.map(one => one.latestAfterDeadlineMs))),
    },
  };
}

function judgeBot(history: History, timeline: BotTimeline) {
  const endMs = history.ticks.at(-1) ?? 0;
  const happened = history.happened.get(timeline.botId) ?? [];
  const trips = happened.filter(({ kind }) => kind === 'trip');
  const silences = judgeSilences(history, timeline, happened);
  return {
    ...silences,
    beats: sentUntil(timeline, endMs),
    trips: trips.length,
    failures: trips.filter(({ cause }) => cause === 'failure').length,
    problems: [
      ...trips
        .flatMap(trip => falseAlarm(history, timeline, happened, trip) ?? [])
        .map((text): Problem => ({ kind: 'early', text: `${timeline.botId}: ${text}` })),
      ...silences.problems.map((text): Problem => ({ kind: 'missed', text: `${timeline.botId}: ${text}` })),
    ],
  };
}

const sentUntil = ({ well, times }: BotTimeline, endMs: number): number =>
  well
    .filter(({ fromMs }) => fromMs <= endMs)
    .reduce((sum, { fromMs, toMs }) => sum + 1 + Math.floor((Math.min(toMs, endMs) - fromMs) / times.heartbeatMs), 0);

const shown = (ms: number): string => `${(ms / 1_000).toFixed(3)} s`;

/** Why this trip is wrong. */
function falseAlarm(
  { outages }: History,
  timeline: BotTimeline,
  happened: readonly Happened[],
  trip: Happened,
): string | undefined {
  const { atMs } = trip;
  const before = happened.slice(0, happened.indexOf(trip));
  if (stateAfter(before) !== 'armed') return `tripped at ${shown(atMs)} while ${stateAfter(before)}`;
  if (trip.cause === 'failure') {
    const failure = before.findLast(({ kind }) => kind === 'fail');
    return failure === undefined ? `tripped at ${shown(atMs)} for a failure that nobody reported` : undefined;
  }
  const lost = outages;
  const heardMs = lastBeat(timeline, atMs, lost)?.atMs ?? 0;
  const rearmedMs = before.findLast(({ kind }) => kind === 'rearm')?.atMs ?? 0;
  const restedMs = snoozedUntil(before, atMs);
  const silenceMs = atMs - Math.max(heardMs, rearmedMs, restedMs);
  const leastMs = timeline.isClockRight ? deadAfterAt(timeline, atMs) - RIGHT_WITHIN_MS - 1 : ownWatchMs(timeline) - 1;
  if (silenceMs < leastMs) return `tripped at ${shown(atMs)} after only ${shown(silenceMs)} of silence`;
  const outage = lost.filter(losesHeartbeats).findLast(({ fromMs }) => fromMs <= atMs);
  if (outage === undefined) return undefined;
  const reports = (at: number, without: readonly Outage[]): boolean =>
    at - (lastBeat(timeline, at, without)?.atMs ?? -1e9) < timeline.times.heartbeatMs + 1_000;
  return reports(atMs, []) && reports(outage.fromMs, lost)
    ? `tripped at ${shown(atMs)} for an outage from ${shown(outage.fromMs)}, although it reported all the time`
    : undefined;
}

function stateAfter(happened: readonly Happened[]): 'unknown' | 'armed' | 'disarmed' | 'tripped' {
  const last = happened.findLast(({ kind }) => ['arm', 'rearm', 'disarm', 'trip'].includes(kind));
  if (last === undefined) return 'unknown';
  return last.kind === 'trip' ? 'tripped' : last.kind === 'disarm' ? 'disarmed' : 'armed';
}

/** The end of the last snooze that has begun by then. */
const snoozedUntil = (happened: readonly Happened[], atMs: number): number =>
  Math.max(0, ...happened.flatMap(({ kind, untilMs = 0 }) => (kind === 'snooze' && untilMs <= atMs ? [untilMs] : [])));

const FIRES_WITHIN_MS = 8_000;
/** How far ahead a watchdog run plans: to the next one, and twenty seconds more. */
const HORIZON_MS = 80_000;
/** If a clock is wrong, or the watch had an outage, only that it trips at all. */
const FIRES_AT_LAST_MS = 20 * MINUTE;

function judgeSilences({ outages, ticks, faults }: History, timeline: BotTimeline, happened: readonly Happened[]) {
  const lost = outages;
  const { deadAfterMs } = timeline.times;
  const problems: string[] = [];
  const counts = { demands: 0, exactDemands: 0, survived: 0, latestAfterDeadlineMs: 0 };
  const endMs = ticks.at(-1) ?? 0;
  for (const [spell, { toMs }] of timeline.well.entries()) {
    const silentMs = lastBeat(timeline, toMs, lost)?.atMs;
    if (silentMs === undefined || silentMs > endMs) continue;
    const nextMs = timeline.well[spell + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const before = happened.filter(({ atMs }) => atMs <= silentMs);
    const during = happened.filter(({ atMs }) => atMs > silentMs && atMs < nextMs);
    const wasArmed = stateAfter(before) === 'armed';
    if (!wasArmed || during.some(({ kind }) => kind === 'disarm')) continue;
    const snoozes = [...before, ...during].flatMap(({ kind, untilMs = 0 }) => (kind === 'snooze' ? [untilMs] : []));
    const deadlineMs = Math.max(silentMs, ...snoozes) + deadAfterMs;
    const trip = during.find(({ kind }) => kind === 'trip');
    const hasFailed = during.some(({ kind }) => kind === 'fail');
    if (nextMs < deadlineMs - RIGHT_WITHIN_MS && !hasFailed) {
      if (trip === undefined) counts.survived += 1;
      continue;
    }
    // The first watchdog run that plans as far as the deadline by the bot's clock.
    const watchingMs = ticks.find(at => at >= deadlineMs + RIGHT_WITHIN_MS - HORIZON_MS) ?? Number.POSITIVE_INFINITY;
    const provenMs = Math.max(deadlineMs, watchingMs + ownWatchMs(timeline)) + FIRES_WITHIN_MS;
    // After a failed call about the bot or the watch, the proof starts again. With a heartbeat each minute
    // the run ends before the proof is complete, and the next run starts again.
    const faultMs = faults.findLast(
      ({ botId, atMs }) => (botId === timeline.botId || isOfAll(botId)) && atMs > silentMs && atMs < provenMs,
    )?.atMs;
    const nextTickMs = faultMs === undefined ? 0 : (ticks.find(at => at >= faultMs) ?? 0);
    const anewMs = Math.max(
      provenMs + timeline.times.heartbeatMs + 2_000,
      nextTickMs + ownWatchMs(timeline) + FIRES_WITHIN_MS,
    );
    const exactMs = faultMs === undefined ? provenMs : anewMs;
    const inOutage = outages.some(
      ({ kind, fromMs, toMs: untilMs }) => kind !== 'invoker' && untilMs >= silentMs - 4 * MINUTE && fromMs <= exactMs,
    );
    const isLoop = timeline.acts.some(({ kind, atMs }) => kind === 'crash-start' && atMs > silentMs && atMs < nextMs);
    const isExact =
      timeline.isClockRight && !inOutage && !hasFailed && !isLoop && !timeline.isDeployed && silentMs > 4 * MINUTE;
    const byMs = isExact ? exactMs : atLast(deadlineMs, outages);
    if (byMs > Math.min(nextMs, endMs)) continue;
    counts.demands += 1;
    if (isExact) counts.exactDemands += 1;
    if (trip === undefined || trip.atMs > byMs) {
      const how = trip === undefined ? 'never' : `only at ${shown(trip.atMs)}`;
      problems.push(`silent from ${shown(silentMs)}, due at ${shown(deadlineMs)}, tripped ${how} (by ${shown(byMs)})`);
    } else if (isExact) counts.latestAfterDeadlineMs = Math.max(counts.latestAfterDeadlineMs, trip.atMs - deadlineMs);
  }
  return { ...counts, problems };
}

/** The watchdog’s own row, or a shard. */
const isOfAll = (target: string): boolean => target === WATCHDOG_ROW || /^\d$/.test(target);

/** After each outage meanwhile it may take as long again. */
function atLast(deadlineMs: number, outages: readonly Span[]): number {
  return outages.reduce(
    (byMs, { fromMs, toMs }) =>
      fromMs <= byMs && toMs >= deadlineMs - FIRES_AT_LAST_MS ? Math.max(byMs, toMs + FIRES_AT_LAST_MS) : byMs,
    deadlineMs + FIRES_AT_LAST_MS,
  );
}

/** Begun within this time after the trip, if there was no outage. */
const BEGUN_WITHIN_MS = 22_000;

/** Between the check of the trip and the lock. */
const CHECK_TO_LOCK_MS = 200;

function judgeLiquidations({ happened, attempts, outages, ticks }: History): readonly Problem[] {
  const endMs = ticks.at(-1) ?? 0;
  const byId = Map.groupBy(attempts, ({ correlationId }) => correlationId);
  const trips = [...happened].flatMap(([botId, all]) =>
    all.flatMap((trip, index) => (trip.kind === 'trip' ? [{ ...trip, botId, next: all[index + 1] }] : [])),
  );
  const tripIds = new Set(trips.map(({ botId, correlationId }) => `${botId} ${correlationId}`));
  const strange = attempts
    .filter(({ botId, correlationId }) => !tripIds.has(`${botId} ${correlationId}`))
    .map(({ botId, correlationId }): Problem => {
      return { kind: 'double', text: `${botId}: liquidated as ${correlationId}, which was no trip of it` };
    });
  const wrong = trips.flatMap(({ botId, correlationId = '', atMs, next }): readonly Problem[] => {
    const runs = byId.get(correlationId) ?? [];
    const outage = outages.filter(({ fromMs, toMs }) => toMs >= atMs - MINUTE && fromMs <= atMs + BEGUN_WITHIN_MS);
    const byMs =
      outage.length === 0 ? atMs + BEGUN_WITHIN_MS : Math.max(...outage.map(({ toMs }) => toMs)) + 4 * MINUTE;
    const tripped = `${botId}: tripped at ${shown(atMs)}`;
    // Afterwards the account belongs to the bot again.
    const overMs = next?.kind === 'rearm' ? next.atMs : Number.POSITIVE_INFINITY;
    const late = runs.filter(run => run.atMs > overMs + CHECK_TO_LOCK_MS);
    const firsts = runs.filter(({ attempt }) => attempt === 1);
    const doubles = [
      ...late.map(run => `liquidated at ${shown(run.atMs)}, although it was re-armed at ${shown(overMs)}`),
      ...(firsts.length > 1 ? [`liquidated ${firsts.length} times (${correlationId})`] : []),
    ].map((text): Problem => ({ kind: 'double', text: `${tripped}, ${text}` }));
    if (runs.length === 0 && (byMs > endMs || (next !== undefined && next.atMs < byMs))) return doubles;
    if (runs.length === 0) return [{ kind: 'missed', text: `${tripped}, never liquidated (${correlationId})` }];
    const begunMs = runs[0]?.atMs ?? 0;
    if (begunMs <= byMs) return doubles;
    return [...doubles, { kind: 'missed', text: `${tripped}, liquidated only at ${shown(begunMs)}` }];
  });
  return [...strange, ...wrong];
}

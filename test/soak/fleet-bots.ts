/**
 * The bots' own side of the table: their heartbeats, and what they and their operators do to their watch. A heartbeat or an
 * action is written right before the next read, as of the instant at which it was sent. Only a re-arm is done when it is
 * due, by the real use case, because it checks unfinished liquidations.
 */

import { rearm } from '../../lambda/app/operator/rearm.ts';
import {
  markChange,
  runBeatChange,
  startChange,
  stopChange,
  takeOverChange,
  waitChange,
} from '../../lambda/core/heartbeat/client-changes.ts';
import { disarmChange, snoozeChange } from '../../lambda/core/heartbeat/operator-changes.ts';
import type { BotFields, RowChange } from '../../lambda/core/heartbeat/row-change.ts';
import type { WatchTimes } from '../../lambda/core/heartbeat/watch-times.ts';
import type { BotStore, Clock, UnfinishedRuns } from '../../lambda/ports.ts';
import type { MemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { type Act, type BotTimeline, lastBeat, type SentBeat } from './bot-timeline.ts';
import { isBeatLost, losesHeartbeats, type Outage } from './outages.ts';

/** Milliseconds since the beginning. */
export interface Happened {
  readonly atMs: number;
  readonly kind: 'beat' | 'arm' | 'disarm' | 'rearm' | 'snooze' | 'fail' | 'trip';
  /** Of a trip. */
  readonly correlationId?: string;
  readonly cause?: 'silence' | 'failure';
  /** Of a snooze. */
  readonly untilMs?: number;
}

interface FleetBot {
  readonly timeline: BotTimeline;
  acts: number;
  lastSentMs: number;
  /** The healthy period whose first heartbeat was stored. */
  begun: SentBeat['well'] | undefined;
  /** The ID of the current run, and of the one before. */
  runs: number;
  readonly happened: Happened[];
}

const REARM_AGAIN_MS = 5_000;

/** A start that was lost with its first heartbeat is noticed at the next one. */
function taken(act: Act, atMs: number, { heartbeatMs }: WatchTimes): Act {
  const isLost = act.kind === 'start' && atMs > act.atMs;
  return { ...act, atMs: isLost ? atMs + heartbeatMs + 1_000 : atMs };
}

/** The bots' own side of the table: their heartbeats, and what operators do to their watch. */
export function fleetOf(
  timelines: readonly BotTimeline[],
  table: MemoryBotStore,
  lost: readonly Outage[],
  clock: Clock,
) {
  const startMs = clock.nowMs();
  const bots = new Map<string, FleetBot>(
    timelines.map(timeline => [
      timeline.botId,
      { timeline, acts: 0, lastSentMs: -1, begun: undefined, runs: 0, happened: [] },
    ]),
  );
  // An action that the table does not store is tried again when it works.
  const afterOutage = (atMs: number): number =>
    lost.find(({ kind, fromMs, toMs }) => losesHeartbeats({ kind }) && atMs >= fromMs && atMs < toMs)?.toMs ?? atMs;
  const actsOf = new Map(
    timelines.map(({ botId, acts, times }) => [
      botId,
      acts.map(act => taken(act, afterOutage(act.atMs), times)).toSorted((a, b) => a.atMs - b.atMs),
    ]),
  );
  const agenda = [...actsOf]
    .flatMap(([botId, acts]) => acts.map(({ atMs }) => ({ atMs, botId })))
    .toSorted((a, b) => a.atMs - b.atMs);
  let agendaAt = 0;
  let refusedBeats = 0;
  let staleStops = 0;
  let crashStarts = 0;
  let rearms = 0;
  let midRun = 0;
  let refusedRearms = 0;
  let writing = false;

  /** At once: the table in memory does its work before it waits. True if the row has changed. */
  function write(change: RowChange): boolean {
    const before = table.rows().get(change.botId);
    writing = true;
    void table.change(change, 1_000);
    writing = false;
    return table.rows().get(change.botId) !== before;
  }

  const runOf = ({ runs }: FleetBot, back = 0): string => `run-${String(runs - back).padStart(8, '0')}`;

  function send(bot: FleetBot, atMs: number): void {
    const { timeline } = bot;
    const sent = lastBeat(timeline, atMs, lost);
    if (sent === undefined || sent.atMs <= bot.lastSentMs) return;
    bot.lastSentMs = sent.atMs;
    const { botId, times } = timeline;
    const claimedMs = Math.max(1, startMs + sent.atMs + timeline.offsetMs(sent.count));
    const isStart = sent.well.isStart && bot.begun !== sent.well;
    if (isStart) bot.runs += 1;
    const beat = { botId, runId: runOf(bot), atMs: claimedMs, count: sent.count, by: 'bot', times };
    if (isStart) {
      bot.begun = sent.well;
      const isArmed = table.rows().get(botId)?.watch_state === 'armed';
      if (write(takeOverChange(beat))) bot.happened.push({ atMs: sent.atMs, kind: 'beat' });
      else if (!isArmed && write(startChange(beat))) bot.happened.push({ atMs: sent.atMs, kind: 'arm' });
      else {
        write(waitChange(beat));
        refusedBeats += 1;
      }
    } else if (write(runBeatChange(beat))) bot.happened.push({ atMs: sent.atMs, kind: 'beat' });
    else refusedBeats += 1;
    // Only the last of several heartbeats matters.
    const [one, other] = bot.happened.slice(-2);
    if (one?.kind === 'beat' && other?.kind === 'beat') bot.happened.splice(-2, 1);
  }

  function act(bot: FleetBot, { kind, atMs, untilMs = 0 }: Act): void {
    if (kind === 'start' || kind === 'rearm') return;
    const { botId, times } = bot.timeline;
    const run = { botId, atMs: startMs + atMs, by: 'bot', reason: 'soak' };
    if (kind === 'crash-start') {
      crashStarts += 1;
      bot.runs += 1;
      const isLost = isBeatLost(lost, atMs, times.heartbeatMs);
      const beat = { ...run, runId: runOf(bot), count: bot.runs, times };
      if (isLost || write(takeOverChange(beat))) return;
      const isArmed = table.rows().get(botId)?.watch_state === 'armed';
      if (!write(startChange(beat))) write(waitChange(beat));
      // A new run arms a bot whose watch had been ended, also one that never works.
      else if (!isArmed) bot.happened.push({ atMs, kind: 'arm' });
      return;
    }
    if (kind === 'stop') {
      staleStops += 1;
      if (write(stopChange({ ...run, runId: runOf(bot, 1) }))) bot.happened.push({ atMs, kind: 'disarm' });
      return;
    }
    const order = { botId, atMs: startMs + atMs, by: 'ops', reason: 'soak' };
    const change = {
      disarm: () => disarmChange(order),
      snooze: () => snoozeChange(order, startMs + untilMs),
      fail: () => markChange({ ...run, runId: runOf(bot), callId: `call-${atMs}` }),
    }[kind]();
    if (!write(change)) return;
    bot.happened.push({ atMs, kind, ...(kind === 'snooze' && { untilMs }) });
  }

  function catchUp(botId: string, toMs: number): void {
    const bot = bots.get(botId);
    if (bot === undefined) return;
    const acts = actsOf.get(botId) ?? [];
    for (let next = acts[bot.acts]; next !== undefined && next.atMs <= toMs; next = acts[bot.acts]) {
      bot.acts += 1;
      send(bot, next.atMs);
      act(bot, next);
    }
    send(bot, toMs);
  }

  /** The state of the table, whatever happens to the watchdog's calls. */
  const quiet: Pick<BotStore, 'read' | 'change'> = {
    read: async botId => {
      catchUp(botId, clock.nowMs() - startMs);
      return table.rows().get(botId);
    },
    change: async (change, timeoutMs) => {
      writing = true;
      const changing = table.change(change, timeoutMs);
      writing = false;
      return changing;
    },
  };

  /** Refused while a liquidation runs: tried again. */
  async function rearmOnce(botId: string, unfinished: UnfinishedRuns, untilMs: number): Promise<void> {
    while (clock.nowMs() - startMs < untilMs) {
      const action = { botId, atMs: clock.nowMs(), by: 'ops', reason: 'soak' };
      const result = await rearm({ bots: { ...table, ...quiet }, unfinished }, action, { timeoutMs: 1_000 });
      if (result.kind === 'done') {
        rearms += 1;
        if (result.ended.length > 0) midRun += 1;
        bots.get(botId)?.happened.push({ atMs: clock.nowMs() - startMs, kind: 'rearm' });
        return;
      }
      if (result.state !== 'tripped') return;
      refusedRearms += 1;
      await clock.sleep(REARM_AGAIN_MS);
    }
  }

  return {
    catchUp,
    quiet,
    /** Ends at `untilMs`. */
    async operate(unfinished: UnfinishedRuns, untilMs: number): Promise<void> {
      const due = timelines
        .flatMap(({ botId, acts }) =>
          acts.filter(({ kind }) => kind === 'rearm').map(({ atMs }) => ({ botId, atMs: afterOutage(atMs) })),
        )
        .toSorted((a, b) => a.atMs - b.atMs);
      for (const { botId, atMs } of due) {
        if (atMs >= untilMs) return;
        await clock.sleep(Math.max(0, startMs + atMs - clock.nowMs()));
        void rearmOnce(botId, unfinished, untilMs);
      }
    },
    isWriting: () => writing,
    /** Whatever may put a bot into the index. */
    actUntil(toMs: number): void {
      for (let next = agenda[agendaAt]; next !== undefined && next.atMs <= toMs; next = agenda[agendaAt]) {
        agendaAt += 1;
        catchUp(next.botId, toMs);
      }
    },
    noteTrip({ botId, set: { correlation_id } }: RowChange, atMs: number): void {
      const fields: BotFields | undefined = table.rows().get(botId);
      if (fields?.correlation_id !== correlation_id || fields?.watch_state !== 'tripped') return;
      const happened = bots.get(botId)?.happened;
      const cause = fields.failed_at_ms === undefined ? 'silence' : 'failure';
      if (happened?.at(-1)?.correlationId === correlation_id) return;
      happened?.push({ atMs, kind: 'trip', correlationId: String(correlation_id), cause });
    },
    history: () => ({
      happened: new Map([...bots].map(([botId, { happened }]) => [botId, happened] as const)),
      ...{ refusedBeats, staleStops, crashStarts, rearms, midRun, refusedRearms },
    }),
  };
}

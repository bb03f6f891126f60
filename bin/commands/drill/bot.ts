/**
 * A trading bot as the watchdog knows it: heartbeats in the bots table. It lives as long as this process writes them.
 * Promises: no method rejects; a heartbeat that could not be stored is recorded as evidence.
 */

import { endRun, type RunResult, startOrBeat } from '../../../lambda/app/ping/run-commands.ts';
import { messageOf } from '../../../lambda/core/invocation/answer-error.ts';
import type { BotStore, Clock } from '../../../lambda/ports.ts';
import type { BeatEvidence } from '../../../simulator/scenarios/evidence.ts';
import type { WatchedBot } from '../../../simulator/scenarios/scenario.ts';
import type { ReportProgress } from './progress.ts';

export interface Bot {
  readonly settings: WatchedBot;
  readonly beats: readonly BeatEvidence[];
  /** Sends heartbeats from now on; resolves after the first one. */
  live(): Promise<void>;
  fallSilent(): Promise<void>;
  beat(): Promise<void>;
  /** A new run sends heartbeats from now on, and the previous run disarms. Returns why that was not refused, if so. */
  restart(): Promise<string | undefined>;
  /** Disarms. Returns why it could not, if so. */
  leave(): Promise<string | undefined>;
  /** Moves its past heartbeats this much earlier, as the table has them now. */
  age(ms: number): void;
}

/** The heartbeats of a bot so far, as evidence. */
export function beatLog(
  botId: string,
  { clock, reportProgress }: { readonly clock: Clock; readonly reportProgress: ReportProgress },
): Pick<Bot, 'beats' | 'age'> & { add(beat: BeatEvidence): void } {
  const beats: BeatEvidence[] = [];
  return {
    beats,
    add: beat => {
      const number = beats.push(beat);
      reportProgress({ kind: 'beat', botId, number, outcome: beat.outcome, atMs: clock.nowMs() });
    },
    age: ms => {
      for (const [index, beat] of beats.entries()) beats[index] = { ...beat, atMs: beat.atMs - ms };
    },
  };
}

/** A start is two writes, and a slow machine runs two hundred bots at once. */
const STORE_MS = 3_000;
const BY = 'drill';

const OUTCOMES = {
  ...{ taken: 'taken', tripped: 'tripped', disarmed: 'disarmed' },
  ...{ replaced: 'not stored', occupied: 'not stored', unknown: 'not stored' },
} as const satisfies Record<RunResult['kind'], BeatEvidence['outcome']>;

export function createBot(
  settings: WatchedBot,
  {
    bots,
    clock,
    reportProgress,
  }: { readonly bots: BotStore; readonly clock: Clock; readonly reportProgress: ReportProgress },
): Bot {
  const { botId, ...times } = settings;
  const { beats, add, age } = beatLog(botId, { clock, reportProgress });
  let runs = 1;
  let isStarted = false;
  let silence = new AbortController();
  let living: Promise<void> = Promise.resolve();
  const runIdOf = (run: number): string => `drill-${botId}-run-${run}`;

  async function outcomeOf(atMs: number): Promise<Omit<BeatEvidence, 'atMs'>> {
    try {
      const count = beats.length + 1;
      const sign = { botId, runId: runIdOf(runs), atMs, count, by: BY, times, isStart: !isStarted };
      const result = await startOrBeat(bots, sign, STORE_MS);
      isStarted = true;
      const correlationId = result.kind === 'tripped' ? result.correlationId : undefined;
      const outcome = OUTCOMES[result.kind];
      return { outcome, correlationId, ...(outcome === 'not stored' && { why: `the run is ${result.kind}` }) };
    } catch (error) {
      return { outcome: 'not stored', correlationId: undefined, why: messageOf(error) };
    }
  }

  async function beat(): Promise<void> {
    const atMs = clock.nowMs();
    add({ atMs, ...(await outcomeOf(atMs)) });
  }

  async function goOn({ signal }: AbortController): Promise<void> {
    for (;;) {
      await clock.sleep(times.heartbeatMs, signal);
      if (signal.aborted) return;
      await beat();
    }
  }

  const fallSilent = async (): Promise<void> => {
    silence.abort();
    await living;
  };

  const end = (run: number, reason: string): Promise<RunResult> =>
    endRun(bots, { botId, runId: runIdOf(run), atMs: clock.nowMs(), by: BY, reason }, STORE_MS);

  return {
    ...{ settings, beats, age, beat, fallSilent },
    live: async () => {
      silence = new AbortController();
      await beat();
      living = goOn(silence);
    },
    restart: async () => {
      runs += 1;
      isStarted = false;
      await beat();
      const { kind } = await end(runs - 1, 'replaced by a newer process');
      return kind === 'replaced' ? undefined : `the disarm of the old process was ${kind}`;
    },
    leave: async () => {
      await fallSilent();
      try {
        const { kind } = await end(runs, 'end of the drill');
        return kind === 'taken' ? undefined : `the disarm of ${botId} was refused: ${kind}`;
      } catch (error) {
        return `the disarm was not stored (${messageOf(error)})`;
      }
    },
  };
}

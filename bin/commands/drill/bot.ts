/**
 * A trading bot as the watchdog knows it: heartbeats in the bots table. It lives as long as this process writes them.
 * Promises: no method rejects; a heartbeat that could not be stored is recorded as evidence.
 */

import { endRun, type RunResult, startOrBeat } from '../../../lambda/app/ping/run-commands.ts';
import type { BotStore, Clock } from '../../../lambda/ports.ts';
import type { BeatEvidence } from '../../../simulator/scenarios/evidence.ts';
import type { WatchedBot } from '../../../simulator/scenarios/scenario.ts';
import type { ReportProgress } from './progress.ts';

export interface Bot {
  readonly settings: WatchedBot;
  readonly beats: readonly BeatEvidence[];
  /** The real instant of its first heartbeat, whatever the table says after a change of time. */
  readonly bornAtMs: number | undefined;
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
  let runs = 1;
  let isStarted = false;
  const runIdOf = (run: number): string => `drill-${botId}-run-${run}`;
  let beats: readonly BeatEvidence[] = [];
  let bornAtMs: number | undefined;
  let silence = new AbortController();
  let living: Promise<void> = Promise.resolve();

  async function outcomeOf(atMs: number, count: number): Promise<Omit<BeatEvidence, 'atMs'>> {
    try {
      const sign = { botId, runId: runIdOf(runs), atMs, count, by: BY, times, isStart: !isStarted };
      const result = await startOrBeat(bots, sign, STORE_MS);
      isStarted = true;
      const correlationId = result.kind === 'tripped' ? result.correlationId : undefined;
      const outcome = OUTCOMES[result.kind];
      return { outcome, correlationId, ...(outcome === 'not stored' && { why: `the run is ${result.kind}` }) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { outcome: 'not stored', correlationId: undefined, why };
    }
  }

  async function beatOnce(): Promise<void> {
    const atMs = clock.nowMs();
    bornAtMs ??= atMs;
    const count = beats.length + 1;
    const sign = { atMs, ...(await outcomeOf(atMs, count)) };
    beats = [...beats, sign];
    reportProgress({ kind: 'beat', botId, number: count, outcome: sign.outcome, atMs: clock.nowMs() });
  }

  async function goOn({ signal }: AbortController): Promise<void> {
    for (;;) {
      await clock.sleep(times.heartbeatMs, signal);
      if (signal.aborted) return;
      await beatOnce();
    }
  }

  const fallSilent = async (): Promise<void> => {
    silence.abort();
    await living;
  };

  const endOf = (run: number, reason: string) => ({
    ...{ botId, runId: runIdOf(run), atMs: clock.nowMs(), by: BY, reason },
  });

  return {
    settings,
    get beats() {
      return beats;
    },
    get bornAtMs() {
      return bornAtMs;
    },
    beat: beatOnce,
    restart: async () => {
      runs += 1;
      isStarted = false;
      await beatOnce();
      const result = await endRun(bots, endOf(runs - 1, 'replaced by a newer process'), STORE_MS);
      return result.kind === 'replaced' ? undefined : `the disarm of the old process was ${result.kind}`;
    },
    fallSilent,
    live: async () => {
      silence = new AbortController();
      await beatOnce();
      living = goOn(silence);
    },
    age: ms => {
      beats = beats.map(one => ({ ...one, atMs: one.atMs - ms }));
    },
    leave: async () => {
      await fallSilent();
      try {
        const result = await endRun(bots, endOf(runs, 'end of the drill'), STORE_MS);
        return result.kind === 'taken' ? undefined : `the disarm of ${botId} was refused: ${result.kind}`;
      } catch (error) {
        return `the disarm was not stored (${error instanceof Error ? error.message : String(error)})`;
      }
    },
  };
}

/** Sends one heartbeat: the start of the run until the row knows it, a heartbeat from then on. */

import { type BeatResult, lookingSentence } from './beat-result.ts';
import type { Events } from './events.ts';
import type { ClientSettings } from './options.ts';
import type { HoldingRun } from './row-verdict.ts';
import type { RunBeatResult } from './run.ts';
import type { RunState, SentBeat } from './run-state.ts';
import type { HeartbeatClock } from './timing.ts';

interface SendOptions {
  readonly clock: HeartbeatClock;
  readonly events: Events;
  readonly settings: Pick<ClientSettings, 'botId' | 'times' | 'provenWithinMs'>;
}

/** An exclusive bot's other run is silent after its heartbeat and this (docs/heartbeat-protocol.md, "Start"). */
const SILENT_AFTER_MS = 3_000;

/** Also returns the heartbeat of the result: the last one that was sent. Never rejects. */
export async function sendBeat(
  runState: RunState,
  options: SendOptions,
): Promise<{ readonly result: BeatResult; readonly sent: SentBeat }> {
  const { clock, settings } = options;
  const sent = nextBeat(runState, clock);
  const isProof =
    runState.hasProven || (settings.provenWithinMs === undefined && isHeartbeatAfterStart(runState, options));
  const result: RunBeatResult = runState.isStarted ? await runState.run.beat(sent, isProof) : { kind: 'start' };
  if (result.kind !== 'start') return { result, sent };
  runState.isStarted = false;
  const started = await runState.run.start(sent);
  if (started.kind !== 'occupied') return { result: started, sent };
  if (started.seen === undefined) return { result: { kind: 'occupied' }, sent };
  return takeOverWhenSilent(runState, started.seen, options);
}

async function takeOverWhenSilent(
  runState: RunState,
  seen: HoldingRun,
  { clock, events, settings }: SendOptions,
): ReturnType<typeof sendBeat> {
  const waitMs = seen.heartbeatMs + SILENT_AFTER_MS;
  events.emit('looking', lookingSentence(settings.botId, waitMs));
  await clock.wait(waitMs, runState.ends.signal);
  const sent = nextBeat(runState, clock);
  if (runState.ends.signal.aborted) return { result: { kind: 'not-started' }, sent };
  const result = await runState.run.takeOverSilent(sent, seen);
  return { result: result.kind === 'occupied' ? { kind: 'occupied' } : result, sent };
}

function nextBeat(runState: RunState, clock: HeartbeatClock): SentBeat {
  runState.count += 1;
  return {
    ...{ count: runState.count, atMs: Math.floor(clock.nowMs()) },
    at: { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() },
  };
}

/** When the process alone is the proof, the first proof is having lived for one heartbeat. */
const isHeartbeatAfterStart = ({ startedAt }: RunState, { clock, settings }: SendOptions): boolean =>
  startedAt !== undefined && clock.monotonicMs() - startedAt.monotonicMs >= settings.times.heartbeatMs;

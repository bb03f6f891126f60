/** Sends one heartbeat: the start of the run until the row knows it, a heartbeat from then on. */

import type { BeatResult } from './beat-result.ts';
import type { Events } from './events.ts';
import type { HeartClock } from './heart-clock.ts';
import { lookingSentence } from './heart-words.ts';
import type { Life, SentBeat } from './life.ts';
import type { Settings } from './options.ts';
import type { SeenRun } from './row-verdict.ts';
import type { RunBeatResult } from './run.ts';

interface SendOptions {
  readonly clock: HeartClock;
  readonly events: Events;
  readonly settings: Pick<Settings, 'botId' | 'times' | 'provenWithinMs'>;
}

/** An exclusive bot's other run is silent after its heartbeat and this (docs/heartbeat-protocol.md, "Start"). */
const SILENT_AFTER_MS = 3_000;

/** Also returns the heartbeat of the result: the last one that was sent. Never rejects. */
export async function sendBeat(
  life: Life,
  options: SendOptions,
): Promise<{ readonly result: BeatResult; readonly sent: SentBeat }> {
  const { clock, settings } = options;
  const sent = nextBeat(life, clock);
  const isProof = life.hasProven || (settings.provenWithinMs === undefined && isHeartbeatAfterStart(life, options));
  const result: RunBeatResult = life.isStarted ? await life.run.beat(sent, isProof) : { kind: 'start' };
  if (result.kind !== 'start') return { result, sent };
  life.isStarted = false;
  const started = await life.run.start(sent);
  if (started.kind !== 'occupied') return { result: started, sent };
  if (started.seen === undefined) return { result: { kind: 'occupied' }, sent };
  return takeOverWhenSilent(life, started.seen, options);
}

async function takeOverWhenSilent(
  life: Life,
  seen: SeenRun,
  { clock, events, settings }: SendOptions,
): ReturnType<typeof sendBeat> {
  const waitMs = seen.heartbeatMs + SILENT_AFTER_MS;
  events.emit('looking', lookingSentence(settings.botId, waitMs));
  await clock.wait(waitMs, life.ends.signal);
  const sent = nextBeat(life, clock);
  if (life.ends.signal.aborted) return { result: { kind: 'not-started' }, sent };
  const result = await life.run.takeOverSilent(sent, seen);
  return { result: result.kind === 'occupied' ? { kind: 'occupied' } : result, sent };
}

function nextBeat(life: Life, clock: HeartClock): SentBeat {
  life.count += 1;
  return {
    ...{ count: life.count, atMs: Math.floor(clock.nowMs()) },
    at: { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() },
  };
}

/** When the process alone is the proof, the first proof is having lived for one heartbeat. */
const isHeartbeatAfterStart = ({ startedAt }: Life, { clock, settings }: SendOptions): boolean =>
  startedAt !== undefined && clock.monotonicMs() - startedAt.monotonicMs >= settings.times.heartbeatMs;

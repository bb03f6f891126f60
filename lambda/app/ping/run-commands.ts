/** What a bot's client does (docs/heartbeat-protocol.md), for flatline's own tools and tests. */

import {
  beatWithoutProofChange,
  forestallChange,
  markChange,
  type RunBeat,
  type RunEnd,
  runBeatChange,
  startChange,
  stopChange,
  takeOverChange,
  waitChange,
  whyRunRefusedChange,
  withdrawChange,
} from '../../core/heartbeat/client-changes.ts';
import { type BotRow, readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import type { BotStore } from '../../ports.ts';

export type RunResult =
  | { readonly kind: 'taken' }
  /** The bot was liquidated, and must not trade until an operator re-arms it. */
  | { readonly kind: 'tripped'; readonly correlationId: string | undefined }
  | { readonly kind: 'disarmed' }
  /** A newer run took over; this one sends no more heartbeats. */
  | { readonly kind: 'replaced' }
  /** Another run may be beating, and the bot is `exclusive`. */
  | { readonly kind: 'occupied'; readonly row: BotRow }
  /** There is no row, or it knows no run: start. */
  | { readonly kind: 'unknown' };

/** The start of a run: takes over, arms, or waits for a re-arm. Throws StoreError; then it may be repeated. */
export async function startRun(bots: BotStore, beat: RunBeat, timeoutMs: number): Promise<RunResult> {
  for (const change of [takeOverChange(beat), startChange(beat)]) {
    if (await bots.change(change, timeoutMs)) return { kind: 'taken' };
  }
  const waiting = await bots.change(waitChange(beat), timeoutMs);
  if (waiting) return { kind: 'tripped', correlationId: readBotRow(beat.botId, waiting).trip.correlationId };
  const row = await whyRefused(bots, beat, timeoutMs);
  if (row === undefined || row.runId === beat.runId || row.state !== 'armed') return resultOf(row, beat);
  if (row.fields.prior_run_id === beat.runId) return { kind: 'replaced' };
  return row.isExclusive ? { kind: 'occupied', row } : { kind: 'unknown' };
}

/** A heartbeat. `proves`: with a proof of work. Throws StoreError. */
export async function beatRun(
  bots: BotStore,
  beat: RunBeat & { readonly proves: boolean },
  timeoutMs: number,
): Promise<RunResult> {
  const change = beat.proves ? runBeatChange(beat) : beatWithoutProofChange(beat);
  if (await bots.change(change, timeoutMs)) return { kind: 'taken' };
  return resultOf(await whyRefused(bots, beat, timeoutMs), beat);
}

/** What a client does at each heartbeat: it starts if necessary, and sends a heartbeat with a proof of work. Throws StoreError. */
export async function startOrBeat(
  bots: BotStore,
  beat: RunBeat & { readonly isStart: boolean },
  timeoutMs: number,
): Promise<RunResult> {
  if (beat.isStart) return startRun(bots, beat, timeoutMs);
  const result = await beatRun(bots, { ...beat, proves: true }, timeoutMs);
  return result.kind === 'unknown' ? startRun(bots, beat, timeoutMs) : result;
}

/** A clean end. Throws StoreError. */
export async function endRun(bots: BotStore, end: RunEnd, timeoutMs: number): Promise<RunResult> {
  if (await bots.change(stopChange(end), timeoutMs)) return { kind: 'taken' };
  return resultOf(await whyRefused(bots, end, timeoutMs), end);
}

/** The run failed, and its call of the liquidator was not answered: the next tick trips the bot. Throws StoreError. */
export async function reportFailure(
  bots: BotStore,
  end: RunEnd & { readonly callId: string },
  timeoutMs: number,
): Promise<RunResult> {
  if (await bots.change(markChange(end), timeoutMs)) return { kind: 'taken' };
  return resultOf(await whyRefused(bots, end, timeoutMs), end);
}

/** False: the bot is tripped or disarmed by then. Throws StoreError. */
export async function withdrawFailure(
  bots: BotStore,
  { botId, callId }: { readonly botId: string; readonly callId: string },
  timeoutMs: number,
): Promise<boolean> {
  if (await bots.change(withdrawChange(botId, callId), timeoutMs)) return true;
  return (await bots.change(forestallChange(botId, callId), timeoutMs)) !== undefined;
}

async function whyRefused(
  bots: BotStore,
  run: Pick<RunBeat, 'botId' | 'runId' | 'atMs'>,
  timeoutMs: number,
): Promise<BotRow | undefined> {
  const fields = await bots.change(whyRunRefusedChange(run), timeoutMs);
  return fields && readBotRow(run.botId, fields);
}

/** In the order of the protocol's table. */
function resultOf(row: BotRow | undefined, { runId }: Pick<RunBeat, 'runId'>): RunResult {
  if (row?.runId === undefined) return { kind: 'unknown' };
  if (row.runId !== runId) return { kind: 'replaced' };
  if (row.state === 'tripped') return { kind: 'tripped', correlationId: row.trip.correlationId };
  if (row.state === 'disarmed') return { kind: 'disarmed' };
  return { kind: 'taken' };
}

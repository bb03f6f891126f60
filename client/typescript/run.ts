/**
 * One run of a bot: what it writes into the bot's row, and what each refusal means. No method throws, and each is bounded
 * in time. The row knows one current run, and only its writes count.
 */

import { randomBytes } from 'node:crypto';
import type { BotWrite } from '../../lambda/bot-row.ts';
import { REASON_MAX_CHARS } from '../../lambda/contract.ts';
import type { RowClient, RowValues } from './bot-row.ts';
import type { ClientSettings } from './options.ts';
import { type Problem, problemOf } from './problem.ts';
import { type HoldingRun, type Trip, verdictOnBeat, verdictOnStart } from './row-verdict.ts';
import type { Attributes } from './times.ts';
import { deployedTimesIn, type Times } from './times.ts';

/** The previous heartbeat in the row. */
interface PriorBeat {
  readonly count: number;
  readonly atMs: number;
  readonly watchState: string | undefined;
  readonly runId: string | undefined;
}

export interface Beat {
  /** A different one for each heartbeat of the run. */
  readonly count: number;
  /** Whole epoch milliseconds, by AWS's clock. */
  readonly atMs: number;
}

export interface Failed {
  readonly kind: 'failed';
  readonly problem: Problem;
}

export type StartResult =
  | {
      readonly kind: 'taken';
      readonly prior: PriorBeat | undefined;
      readonly atMs: number;
      /** The times of the deployed configuration, if the row has them. */
      readonly asked?: Times | undefined;
    }
  | Trip
  | { readonly kind: 'disarmed' }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'occupied'; readonly seen: HoldingRun | undefined }
  | Failed;

export type RunBeatResult = Exclude<StartResult, { kind: 'occupied' }> | { readonly kind: 'start' };

export type MarkResult =
  | { readonly kind: 'done' }
  /** The bot is not watched: no row, or already disarmed. */
  | { readonly kind: 'not-watched' }
  /** A newer run has taken over: its watch is not changed. */
  | { readonly kind: 'replaced' }
  | Trip
  | Failed;

/** `tripped`: neither write was possible, because the bot has been tripped. */
export type WithdrawResult = { readonly kind: 'done' } | { readonly kind: 'tripped' } | Failed;

export interface Run {
  /** One try; safe to repeat until its outcome is known. A start is no proof of work. */
  start(beat: Beat): Promise<StartResult>;
  /** Takes over from a run without a heartbeat since it was seen; `occupied` if there was one. */
  takeOverSilent(beat: Beat, seen: HoldingRun): Promise<StartResult>;
  beat(beat: Beat, hasProof: boolean): Promise<RunBeatResult>;
  disarm(reason: string): Promise<MarkResult>;
  /** The watchdog trips the bot at its next run. `callId` names the liquidation without an answer. */
  fail(reason: string, callId: string): Promise<MarkResult>;
  /** The mark of this call is removed, or is refused when it arrives. One try. */
  withdraw(callId: string): Promise<WithdrawResult>;
}

interface RunOptions {
  readonly row: RowClient;
  readonly clock: { nowMs(): number; monotonicMs(): number };
  readonly settings: Pick<ClientSettings, 'botId' | 'botsTable' | 'times' | 'exclusive'>;
  /** Who changes the watch, for the audit log. */
  readonly by: string;
}

const RUN_ID_BYTES = 16;
const TRY_MAX_MS = 5_000;
const TRY_MIN_MS = 2_000;
const START_ROUNDS = 2;

export function createRun({ row, clock, settings, by }: RunOptions): Run {
  const { botId, botsTable, times, exclusive } = settings;
  const runId = randomBytes(RUN_ID_BYTES).toString('hex');
  // The watchdog relies on one try not taking longer (docs/heartbeat-protocol.md, "Heartbeats").
  const tryMsNow = (): number => Math.min(TRY_MAX_MS, Math.max(TRY_MIN_MS, times.heartbeatMs));
  type Write = (name: BotWrite, values?: RowValues) => Promise<Attributes | undefined>;

  /** All writes of a try share its time. */
  async function tryOnce<T>(
    doing: string,
    work: (write: Write) => Promise<T>,
    tryMs = tryMsNow(),
  ): Promise<T | Failed> {
    const endMs = clock.monotonicMs() + tryMs;
    const write: Write = (name, values = {}) =>
      row.write(name, { run_id: runId, ...values }, Math.max(1, endMs - clock.monotonicMs()));
    try {
      return await work(write);
    } catch (error) {
      return { kind: 'failed', problem: problemOf(error, `${doing} ${botId} in the table ${botsTable}`, tryMs) };
    }
  }

  const nowMs = (): number => Math.floor(clock.nowMs());
  const change = (to: 'armed' | 'disarmed'): RowValues => ({
    ...{ watch_state: to, last_change: to, changed_at_ms: nowMs(), changed_by: by },
  });
  const beatValues = ({ count, atMs }: Beat): RowValues => ({
    ...{ last_beat_at_ms: atMs, beats: count, worked_at_ms: atMs, heartbeat_ms: times.heartbeatMs },
    ...{ late_after_ms: times.lateAfterMs, dead_after_ms: times.deadAfterMs },
  });
  const refusal = (): RowValues => ({ refused_beat_at_ms: nowMs(), refused_run_id: runId });
  const taken = (before: Attributes, { atMs }: Beat) =>
    ({ kind: 'taken', prior: priorIn(before), atMs, asked: deployedTimesIn(before) }) as const;

  async function start(write: Write, beat: Beat): Promise<StartResult> {
    for (let round = 0; round < START_ROUNDS; round += 1) {
      const over = exclusive ? undefined : await write('takeOver', beatValues(beat));
      if (over) return taken(over, beat);
      const started = await write('start', { ...beatValues(beat), ...change('armed') });
      if (started) return taken(started, beat);
      const waiting = await write('wait', refusal());
      const verdict = verdictOnStart(waiting ?? (await write('whyRefused', refusal())), runId, exclusive);
      if (verdict.kind === 'armed') {
        const beaten = await write('beatWithoutProof', beatValues(beat));
        if (beaten) return { kind: 'taken', prior: undefined, atMs: beat.atMs };
        continue;
      }
      if (verdict.kind === 'free') {
        const free = await write('takeOver', beatValues(beat));
        if (free) return taken(free, beat);
      } else if (verdict.kind !== 'again') return verdict;
    }
    throw Object.assign(new Error('The row changed between two writes.'), { name: 'RowChanged' });
  }

  async function beatOnce(write: Write, beat: Beat, hasProof: boolean): Promise<RunBeatResult> {
    const name = hasProof ? 'beat' : 'beatWithoutProof';
    const first = await write(name, beatValues(beat));
    if (first) return taken(first, beat);
    const verdict = verdictOnBeat(await write('whyRefused', refusal()), runId);
    if (verdict.kind !== 'again') return verdict;
    // Armed by an operator meanwhile.
    const second = await write(name, beatValues(beat));
    if (second) return taken(second, beat);
    throw Object.assign(new Error('The row changed between two writes.'), { name: 'RowChanged' });
  }

  async function mark(write: Write, name: 'disarm' | 'fail', values: RowValues): Promise<MarkResult> {
    if (await write(name, values)) return { kind: 'done' };
    const verdict = verdictOnBeat(await write('whyRefused', refusal()), runId);
    if (verdict.kind === 'tripped' || verdict.kind === 'replaced') return verdict;
    return { kind: 'not-watched' };
  }

  return {
    // The first call finds credentials and opens connections, whatever the heartbeat is.
    start: beat => tryOnce<StartResult>('start the watch of', write => start(write, beat), TRY_MAX_MS),
    takeOverSilent: (beat, { runId: run, beats, lastBeatAtMs }) =>
      tryOnce<StartResult>('take over the watch of', async write => {
        // A row without these cannot be compared: the run that holds it has never beaten.
        const seen = { seen_run_id: run, seen_beats: beats ?? 0, seen_last_beat_at_ms: lastBeatAtMs ?? 0 };
        const over = await write('takeOverSilent', { ...beatValues(beat), ...seen });
        return over ? taken(over, beat) : { kind: 'occupied', seen: undefined };
      }),
    beat: (beat, hasProof) => tryOnce<RunBeatResult>('store a heartbeat of', write => beatOnce(write, beat, hasProof)),
    disarm: reason =>
      tryOnce<MarkResult>('disarm', write =>
        mark(write, 'disarm', { ...change('disarmed'), change_reason: storable(reason) }),
      ),
    fail: (reason, callId) =>
      tryOnce<MarkResult>('mark the failure of', write =>
        mark(write, 'fail', { failed_at_ms: nowMs(), failed_reason: storable(reason), failed_call_id: callId }),
      ),
    withdraw: callId =>
      tryOnce<WithdrawResult>('withdraw the mark of', async write => {
        const values = { withdrawn_call_id: callId };
        if ((await write('withdraw', values)) ?? (await write('forestall', values))) return { kind: 'done' };
        // Disarmed, or without a row, it has no mark either.
        const isTripped = (await write('whyRefused', refusal()))?.watch_state?.S === 'tripped';
        return { kind: isTripped ? 'tripped' : 'done' };
      }),
  };
}

function priorIn({ beats, last_beat_at_ms, watch_state, run_id }: Attributes): PriorBeat | undefined {
  const [count, atMs] = [Number(beats?.N), Number(last_beat_at_ms?.N)];
  if (!Number.isFinite(count) || !Number.isFinite(atMs)) return undefined;
  return { count, atMs, watchState: watch_state?.S, runId: run_id?.S };
}

const storable = (reason: string): string => reason.slice(0, REASON_MAX_CHARS) || 'no reason given';

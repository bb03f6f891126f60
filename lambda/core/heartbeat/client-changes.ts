/** What a bot's client writes to its row: BOT_WRITES of lambda/bot-row.ts as values. A test compares the two. */

import type { Plain } from '../text/plain-json.ts';
import type { Requirement, RowChange } from './row-change.ts';
import { type BeatValues, beatFields, changed, FAILURE, headOfIndex, IS_ARMED } from './row-values.ts';

/** One heartbeat of a run. */
export interface RunBeat extends BeatValues {
  readonly botId: string;
  readonly runId: string;
  readonly by: string;
}

export interface RunEnd extends Pick<RunBeat, 'botId' | 'runId' | 'atMs' | 'by'> {
  readonly reason: string;
}

/** An exclusive bot's current run, as the answer of whyRefused showed it. */
export interface SeenRun {
  readonly runId: Plain | undefined;
  readonly beats: Plain | undefined;
  readonly lastBeatAtMs: Plain | undefined;
}

export const takeOverChange = (beat: RunBeat): RowChange => ({
  ...takingOver(beat),
  requires: [
    { kind: 'exists' },
    IS_ARMED,
    ...isNewRun(beat),
    { kind: 'not-both', attributes: ['is_exclusive', 'run_id'] },
  ],
});

export const takeOverSilentChange = (beat: RunBeat, seen: SeenRun): RowChange => ({
  ...takingOver(beat),
  requires: [
    { kind: 'exists' },
    IS_ARMED,
    ...isNewRun(beat),
    { kind: 'same', attribute: 'run_id', value: seen.runId },
    { kind: 'same', attribute: 'beats', value: seen.beats },
    { kind: 'same', attribute: 'last_beat_at_ms', value: seen.lastBeatAtMs },
  ],
});

const takingOver = (beat: RunBeat): Omit<RowChange, 'requires'> => ({
  botId: beat.botId,
  doing: 'take over the watch of',
  set: { ...beatFields(beat), run_id: beat.runId },
  keep: headOfIndex(beat.botId),
  copy: { to: 'prior_run_id', from: 'run_id' },
  increment: 'unproven_starts',
  remove: ['waiting_since_ms', 'refused_beat_at_ms', 'refused_run_id'],
});

export const startChange = (beat: RunBeat): RowChange => ({
  botId: beat.botId,
  doing: 'start the watch of',
  requires: [{ kind: 'none-of', attribute: 'watch_state', values: ['armed', 'tripped'] }, ...isNewRun(beat)],
  set: {
    ...beatFields(beat),
    run_id: beat.runId,
    watch_state: 'armed',
    ...headOfIndex(beat.botId),
    ...changed('armed', beat),
  },
  copy: { to: 'prior_run_id', from: 'run_id' },
  increment: 'unproven_starts',
  remove: [
    'change_reason',
    'waiting_since_ms',
    'refused_beat_at_ms',
    'refused_run_id',
    ...FAILURE,
    'seen_beat',
    'seen_at_ms',
    'seen_after_ms',
    'late_told_for',
  ],
});

export const waitChange = ({ botId, runId, atMs }: Pick<RunBeat, 'botId' | 'runId' | 'atMs'>): RowChange => ({
  botId,
  doing: 'register a run with',
  requires: [{ kind: 'is', attribute: 'watch_state', value: 'tripped', named: 'tripped' }, ...isNewRun({ runId })],
  set: { run_id: runId, refused_beat_at_ms: Math.floor(atMs), refused_run_id: runId },
  copy: { to: 'prior_run_id', from: 'run_id' },
});

export const runBeatChange = (beat: RunBeat): RowChange => ({
  botId: beat.botId,
  doing: 'take a beat of',
  requires: [IS_ARMED, isRun(beat)],
  set: { ...beatFields(beat), worked_at_ms: Math.floor(beat.atMs) },
  keep: headOfIndex(beat.botId),
  remove: ['waiting_since_ms', 'unproven_starts'],
});

export const beatWithoutProofChange = (beat: RunBeat): RowChange => ({
  botId: beat.botId,
  doing: 'take a beat of',
  requires: [IS_ARMED, isRun(beat)],
  set: beatFields(beat),
  keep: headOfIndex(beat.botId),
  remove: ['waiting_since_ms'],
});

export const whyRunRefusedChange = ({ botId, runId, atMs }: Pick<RunBeat, 'botId' | 'runId' | 'atMs'>): RowChange => ({
  botId,
  doing: 'ask for the state of',
  requires: [{ kind: 'exists' }],
  set: { refused_beat_at_ms: Math.floor(atMs), refused_run_id: runId },
});

export const stopChange = (end: RunEnd): RowChange => ({
  botId: end.botId,
  doing: 'disarm',
  requires: [IS_ARMED, isRun(end)],
  set: {
    watch_state: 'disarmed',
    ...headOfIndex(end.botId),
    ...changed('disarmed', end),
    change_reason: end.reason,
  },
  remove: [...FAILURE, 'late_told_for', 'waiting_since_ms', 'unproven_starts'],
});

/** `callId`: the call of the liquidator that was not answered. */
export const markChange = (end: Omit<RunEnd, 'by'> & { readonly callId: string }): RowChange => ({
  botId: end.botId,
  doing: 'note the failure of',
  requires: [
    IS_ARMED,
    isRun(end),
    { kind: 'is-not', attribute: 'withdrawn_call_id', value: end.callId, named: 'failed_call_id' },
  ],
  set: {
    ...{ failed_at_ms: Math.floor(end.atMs), failed_reason: end.reason, failed_call_id: end.callId },
    ...headOfIndex(end.botId),
  },
});

export const withdrawChange = (botId: string, callId: string): RowChange => ({
  botId,
  doing: 'withdraw the failure of',
  requires: [IS_ARMED, { kind: 'is', attribute: 'failed_call_id', value: callId, named: 'withdrawn_call_id' }],
  set: { withdrawn_call_id: callId },
  remove: FAILURE,
});

export const forestallChange = (botId: string, callId: string): RowChange => ({
  botId,
  doing: 'forestall a failure of',
  requires: [
    { kind: 'exists' },
    IS_ARMED,
    { kind: 'is-not', attribute: 'failed_call_id', value: callId, named: 'withdrawn_call_id' },
  ],
  set: { withdrawn_call_id: callId },
});

const isRun = ({ runId }: Pick<RunBeat, 'runId'>): Requirement => ({
  kind: 'is',
  attribute: 'run_id',
  value: runId,
  named: 'run_id',
});

/** Neither the current run nor the one it replaced: a start that arrives late must not undo a takeover. */
const isNewRun = ({ runId }: Pick<RunBeat, 'runId'>): readonly Requirement[] => [
  { kind: 'is-not', attribute: 'run_id', value: runId, named: 'run_id' },
  { kind: 'is-not', attribute: 'prior_run_id', value: runId, named: 'run_id' },
];

/**
 * What clients of 0.1.0 write, which know no runs (BOT_WRITES_WITHOUT_RUNS). Kept so that tests can play such a client
 * against today's watchdog.
 */

import type { BotAttribute } from '../../bot-row.ts';
import type { RunBeat } from './client-changes.ts';
import type { OperatorAction } from './operator-changes.ts';
import type { RowChange } from './row-change.ts';
import { changed, headOfIndex, IS_ARMED, signOfLife, TRIP } from './row-values.ts';

type Beat = Omit<RunBeat, 'runId'>;

/** Arms a bot that was never seen; of one that is armed it changes no attribute of the index. */
export const plainBeatChange = (beat: Beat): RowChange => ({
  botId: beat.botId,
  doing: 'take a beat of',
  requires: [IS_ARMED],
  set: signOfLife(beat),
  keep: { watch_state: 'armed', ...headOfIndex(beat.botId), ...changed('armed', beat) },
});

/** A bot that said goodbye is back. */
export const plainArmAgainChange = (beat: Beat): RowChange => ({
  botId: beat.botId,
  doing: 'arm',
  requires: [{ kind: 'none-of', attribute: 'watch_state', values: ['armed', 'tripped'] }],
  set: { ...signOfLife(beat), watch_state: 'armed', ...headOfIndex(beat.botId), ...changed('armed', beat) },
  remove: ['change_reason', ...PAST],
});

export const plainWhyRefusedChange = ({ botId, atMs }: Pick<Beat, 'botId' | 'atMs'>): RowChange => ({
  botId,
  doing: 'ask for the state of',
  requires: [{ kind: 'same', attribute: 'watch_state', value: 'tripped' }],
  set: { refused_beat_at_ms: Math.floor(atMs) },
});

export const plainGoodbyeChange = (action: OperatorAction): RowChange => ({
  botId: action.botId,
  doing: 'disarm',
  requires: [{ kind: 'exists' }, IS_ARMED],
  set: {
    watch_state: 'disarmed',
    ...headOfIndex(action.botId),
    ...changed('disarmed', action),
    change_reason: action.reason ?? 'no reason given',
  },
  remove: ['snoozed_until_ms', 'failed_at_ms', 'failed_reason', 'late_told_for'],
});

export const plainFailChange = ({ botId, atMs, reason = '' }: Omit<OperatorAction, 'by'>): RowChange => ({
  botId,
  doing: 'note the failure of',
  requires: [{ kind: 'exists' }, IS_ARMED],
  set: { failed_at_ms: Math.floor(atMs), failed_reason: reason, ...headOfIndex(botId) },
});

const PAST: readonly BotAttribute[] = [
  ...(['snoozed_until_ms', 'failed_at_ms', 'failed_reason', 'seen_beat', 'seen_at_ms', 'seen_after_ms'] as const),
  'late_told_for',
  ...TRIP,
  'refused_beat_at_ms',
];

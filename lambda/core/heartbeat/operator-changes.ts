/**
 * What bots and operators do to a bot's watch. Whatever changes the watch puts the bot at the head of the index
 * (`next_check_at_ms` 0): the next tick looks, schedules by its own clock, and writes the change into the trail.
 */

import type { BotAttribute, WatchChange, WatchState } from '../../bot-row.ts';
import type { Requirement, RowChange, Values } from './row-change.ts';
import { shardOf } from './watch-shard.ts';
import type { WatchTimes } from './watch-times.ts';

export interface Beat {
  readonly botId: string;
  /** By a clock that was corrected by AWS's answers. */
  readonly atMs: number;
  /** Differs from beat to beat of a client. */
  readonly count: number;
  readonly by: string;
  readonly times: WatchTimes;
}

/** Who does it, when, and why. */
export interface Order {
  readonly botId: string;
  readonly atMs: number;
  readonly by: string;
  readonly reason?: string;
}

/** Arms a bot that was never seen; of one that is armed it changes no attribute of the index. */
export const beatChange = (beat: Beat): RowChange => ({
  botId: beat.botId,
  doing: 'take a beat of',
  requires: [stateIsNot('tripped', 'disarmed')],
  set: signOfLife(beat),
  keep: { watch_state: 'armed', ...headOfIndex(beat.botId), ...changed('armed', beat) },
});

/** A bot that said goodbye is back. */
export const armAgainChange = (beat: Beat): RowChange => ({
  botId: beat.botId,
  doing: 'arm',
  requires: [stateIsNot('armed', 'tripped')],
  set: { ...signOfLife(beat), watch_state: 'armed', ...headOfIndex(beat.botId), ...changed('armed', beat) },
  remove: ['change_reason', ...PAST],
});

/** Notes a beat that was refused, if the bot is tripped. Changes nothing otherwise. */
export const whyRefusedChange = ({ botId, atMs }: Pick<Beat, 'botId' | 'atMs'>): RowChange => ({
  botId,
  doing: 'ask for the state of',
  requires: [{ kind: 'same', attribute: 'watch_state', value: 'tripped' }],
  set: { refused_beat_at_ms: Math.floor(atMs) },
});

/** By hand. The instant counts as a beat, so the bot has its full time from now. */
export const armChange = (order: Order): RowChange => ({
  ...freshlyArmed(order, 'armed'),
  requires: [stateIsNot('armed', 'tripped')],
});

export const rearmChange = (order: Order): RowChange => ({
  ...freshlyArmed(order, 'rearmed'),
  requires: [{ kind: 'same', attribute: 'watch_state', value: 'tripped' }],
});

export const disarmChange = (order: Order): RowChange => ({
  botId: order.botId,
  doing: 'disarm',
  requires: WATCHED,
  set: {
    watch_state: 'disarmed',
    ...headOfIndex(order.botId),
    ...changed('disarmed', order),
    change_reason: whyOf(order),
  },
  remove: ['snoozed_until_ms', 'failed_at_ms', 'failed_reason', 'late_told_for'],
});

/** The watch rests until `untilMs`, then the bot has its full time. An instant in the past ends a snooze. */
export const snoozeChange = (order: Order, untilMs: number): RowChange => ({
  botId: order.botId,
  doing: 'snooze',
  requires: WATCHED,
  set: {
    snoozed_until_ms: Math.floor(untilMs),
    ...headOfIndex(order.botId),
    ...changed('snoozed', order),
    change_reason: whyOf(order),
  },
});

/** The bot says itself that it is in trouble: the next tick fires. */
export const failChange = ({ botId, atMs, reason = '' }: Pick<Order, 'botId' | 'atMs' | 'reason'>): RowChange => ({
  botId,
  doing: 'note the failure of',
  requires: WATCHED,
  set: { failed_at_ms: Math.floor(atMs), failed_reason: reason, ...headOfIndex(botId) },
});

function freshlyArmed(order: Order, change: WatchChange): Omit<RowChange, 'requires'> {
  const { botId, atMs } = order;
  return {
    botId,
    doing: change === 'rearmed' ? 're-arm' : 'arm',
    set: {
      watch_state: 'armed',
      last_beat_at_ms: Math.floor(atMs),
      beats: 0,
      ...headOfIndex(botId),
      ...changed(change, order),
      change_reason: whyOf(order),
    },
    remove: PAST,
  };
}

/** What of an earlier watch must not be believed of the next one. */
const PAST: readonly BotAttribute[] = [
  'snoozed_until_ms',
  'failed_at_ms',
  'failed_reason',
  'seen_beat',
  'seen_at_ms',
  'seen_after_ms',
  'late_told_for',
  'tripped_at_ms',
  'tripped_by',
  'tripped_deadline_ms',
  'correlation_id',
  'lockout_until_ms',
  'invoked_at_ms',
  'sentinel_minute',
  'refused_beat_at_ms',
];

const stateIsNot = (...values: readonly WatchState[]): Requirement => ({
  kind: 'none-of',
  attribute: 'watch_state',
  values,
});

const WATCHED: readonly Requirement[] = [{ kind: 'exists' }, stateIsNot('tripped', 'disarmed')];

const signOfLife = ({ atMs, count, times }: Beat): Values => ({
  last_beat_at_ms: Math.floor(atMs),
  beats: count,
  heartbeat_ms: times.heartbeatMs,
  late_after_ms: times.lateAfterMs,
  dead_after_ms: times.deadAfterMs,
});

const headOfIndex = (botId: string): Values => ({ watch_shard: shardOf(botId), next_check_at_ms: 0 });

const changed = (change: WatchChange, { atMs, by }: Pick<Order, 'atMs' | 'by'>): Values => ({
  last_change: change,
  changed_at_ms: Math.floor(atMs),
  changed_by: by,
});

const whyOf = ({ reason }: Order): string => reason ?? 'no reason given';

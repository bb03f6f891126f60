/** Parts of the writes to a bot's row, for clients and operators. */

import type { BotAttribute, WatchChange } from '../../bot-row.ts';
import { WATCH_SHARDS } from '../../contract.ts';
import type { Requirement, Values } from './row-change.ts';
import type { WatchTimes } from './watch-times.ts';

/** Any state but tripped and disarmed: an invalid state counts as armed. */
export const IS_ARMED: Requirement = { kind: 'none-of', attribute: 'watch_state', values: ['tripped', 'disarmed'] };

/** The next tick checks the bot. */
export const headOfIndex = (botId: string): Values => ({ watch_shard: shardOf(botId), next_check_at_ms: 0 });

export const changed = (change: WatchChange, { atMs, by }: { readonly atMs: number; readonly by: string }): Values => ({
  last_change: change,
  changed_at_ms: Math.floor(atMs),
  changed_by: by,
});

/** The values of a heartbeat. */
export interface BeatValues {
  /** By a clock that was corrected by AWS's answers. */
  readonly atMs: number;
  /** Another number for each heartbeat of the run. */
  readonly count: number;
  readonly times: WatchTimes;
}

export const beatFields = ({ atMs, count, times }: BeatValues): Values => ({
  last_beat_at_ms: Math.floor(atMs),
  beats: count,
  heartbeat_ms: times.heartbeatMs,
  late_after_ms: times.lateAfterMs,
  dead_after_ms: times.deadAfterMs,
});

/** The failure that a bot reported itself. */
export const FAILURE: readonly BotAttribute[] = ['failed_at_ms', 'failed_reason', 'failed_call_id'];

/** Attributes of a trip. */
export const TRIP: readonly BotAttribute[] = [
  'tripped_at_ms',
  'tripped_by',
  'tripped_deadline_ms',
  'correlation_id',
  'lockout_until_ms',
  'invoked_at_ms',
  'sentinel_minute',
];

/** The bot's part of the index. Easy to compute in any language, and bots with numbered names spread evenly. */
export function shardOf(botId: string): number {
  return [...botId].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % WATCH_SHARDS;
}

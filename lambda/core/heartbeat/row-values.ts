/** Parts of which the writes to a bot's row are made, of clients and operators alike. */

import type { BotAttribute, WatchChange } from '../../bot-row.ts';
import type { Requirement, Values } from './row-change.ts';
import { shardOf } from './watch-shard.ts';
import type { WatchTimes } from './watch-times.ts';

/** Any state but tripped and disarmed: a state that cannot be read counts as armed. */
export const IS_ARMED: Requirement = { kind: 'none-of', attribute: 'watch_state', values: ['tripped', 'disarmed'] };

/** The next tick checks the bot, by its own clock. */
export const headOfIndex = (botId: string): Values => ({ watch_shard: shardOf(botId), next_check_at_ms: 0 });

export const changed = (change: WatchChange, { atMs, by }: { readonly atMs: number; readonly by: string }): Values => ({
  last_change: change,
  changed_at_ms: Math.floor(atMs),
  changed_by: by,
});

export const beatFields = ({
  atMs,
  count,
  times,
}: {
  readonly atMs: number;
  readonly count: number;
  readonly times: WatchTimes;
}): Values => ({
  last_beat_at_ms: Math.floor(atMs),
  beats: count,
  heartbeat_ms: times.heartbeatMs,
  late_after_ms: times.lateAfterMs,
  dead_after_ms: times.deadAfterMs,
});

/** The bot's own report of its failure. */
export const FAILURE: readonly BotAttribute[] = ['failed_at_ms', 'failed_reason', 'failed_call_id'];

/** What a trip leaves in the row. */
export const TRIP: readonly BotAttribute[] = [
  'tripped_at_ms',
  'tripped_by',
  'tripped_deadline_ms',
  'correlation_id',
  'lockout_until_ms',
  'invoked_at_ms',
  'sentinel_minute',
];

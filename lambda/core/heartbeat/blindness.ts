/**
 * Was the watchdog itself blind? Its row remembers, for each shard of the index, when a tick last saw it and since when
 * it has been watched without a gap. After a gap every bot of that shard first gets its full time again: whatever kept the
 * watchdog from reading may have kept the bots from writing. Kept by shard, so that one that stays unreadable never
 * puts off the others.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import { WATCH_SHARDS } from '../../contract.ts';
import { BLIND_AFTER_MS } from './observation.ts';
import type { BotFields, RowChange } from './row-change.ts';

export interface Sight {
  /** By shard: nobody of it is assessment as if watched before this instant. */
  readonly watchedSinceMs: readonly number[];
  /** Shards that were seen before, and then not for too long. A shard that was never seen is merely new. */
  readonly blindShards: readonly number[];
  /**
   * By shard: when a tick saw it last and knew that its bots had been heard since any gap before; undefined after
   * blindness, and before the first tick.
   */
  readonly seenBeforeMs: readonly (number | undefined)[];
}

/** `fields` is the watchdog's own row; undefined before the first tick. Nonsense in it counts as never seen. */
export function sightOf(fields: BotFields | undefined, nowMs: number): Sight {
  const at = Math.floor(nowMs);
  const shards = Array.from({ length: WATCH_SHARDS }, (_, shard) => {
    const seenAtMs = instantOf(fields?.shards_seen_at_ms, shard, at);
    const steadyAtMs = instantOf(fields?.shards_steady_at_ms, shard, at);
    const sinceMs = instantOf(fields?.shards_since_ms, shard, at);
    const seenLately = seenAtMs !== undefined && at - seenAtMs <= BLIND_AFTER_MS;
    return {
      sinceMs: seenLately && sinceMs !== undefined ? sinceMs : at,
      wasBlind: seenAtMs !== undefined && !seenLately,
      seenBeforeMs: seenLately ? Math.min(seenAtMs, steadyAtMs ?? seenAtMs) : undefined,
    };
  });
  return {
    watchedSinceMs: shards.map(({ sinceMs }) => sinceMs),
    blindShards: shards.flatMap(({ wasBlind }, shard) => (wasBlind ? [shard] : [])),
    seenBeforeMs: shards.map(({ seenBeforeMs }) => seenBeforeMs),
  };
}

/**
 * What this tick has seen; of shards that did not answer nothing changes. `steady`, by shard: whether its bots have had
 * the time to be heard since the last gap. That the watchdog was awake is noted at once, so that a gap and the wait after
 * it do not add up to a blindness.
 */
export function tickedChange(
  fields: BotFields | undefined,
  { watchedSinceMs, seenBeforeMs }: Sight,
  answered: readonly boolean[],
  steady: readonly boolean[],
  nowMs: number,
): RowChange {
  const at = Math.floor(nowMs);
  const kept = (name: string, shard: number): number => instantOf(fields?.[name], shard, at) ?? 0;
  return {
    botId: WATCHDOG_ROW,
    doing: 'note the tick in',
    requires: [],
    set: {
      ticked_at_ms: at,
      shards_seen_at_ms: answered.map((seen, shard) => (seen ? at : kept('shards_seen_at_ms', shard))),
      shards_steady_at_ms: answered.map((seen, shard) =>
        seen && steady[shard] ? at : kept('shards_steady_at_ms', shard) || (seenBeforeMs[shard] ?? 0),
      ),
      shards_since_ms: watchedSinceMs.map((since, shard) => (answered[shard] ? since : kept('shards_since_ms', shard))),
    },
  };
}

/** Hosts' clocks differ a little; an instant further ahead was written by hand, and would blind or bind us for good. */
const AHEAD_MS = 60_000;

function instantOf(list: BotFields[string] | undefined, shard: number, nowMs: number): number | undefined {
  const value: unknown = Array.isArray(list) ? list[shard] : undefined;
  return typeof value === 'number' && value > 0 && value <= nowMs + AHEAD_MS ? value : undefined;
}

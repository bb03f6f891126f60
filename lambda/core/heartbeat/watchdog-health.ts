/**
 * Could heartbeats have been stored? The watchdog proves that with its own writes: while they succeed, those of bots do.
 *
 *   write ✓   write ✓   write ✗   write ✓   write ✓   write ✓ …
 *   ├─ healthy ────────┤          ├─ healthy since here ─────▶ a heartbeat and 2 s later a bot may be tripped
 *
 * A failed read or write, or a pause, restarts the span: what was not tried is not proven.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import type { BotFields, RowChange } from './row-change.ts';
import { nextBeatMs, type WatchTimes } from './watch-times.ts';

/** The time during which all writes succeeded. */
export interface Health {
  readonly sinceMs: number;
  readonly lastMs: number;
}

export const PROBE_EVERY_MS = 1_000;
/** From when proof is needed for a bot that would be dead, or late, at `atMs`. */
export const proofNeededFrom = (atMs: number, times: Pick<WatchTimes, 'heartbeatMs'>): number =>
  atMs - nextBeatMs(times) - 2 * PROBE_EVERY_MS;

/** A longer pause between two writes ends the span. No bot is dead after less than 4 s. */
const LONGEST_PAUSE_MS = 2_500;
/** Ticks come each minute, and two may be lost: for people, two healthy ticks within this time are one span. */
export const TICKS_LOST_AFTER_MS = 150_000;

/** After a write that began at `fromMs` and succeeded by `toMs`. */
export function afterWrite(health: Health | undefined, fromMs: number, toMs: number): Health {
  if (health === undefined || fromMs - health.lastMs > LONGEST_PAUSE_MS) return { sinceMs: toMs, lastMs: toMs };
  return { sinceMs: health.sinceMs, lastMs: Math.max(health.lastMs, toMs) };
}

/** Since when a bot's heartbeats could be stored, up to now; undefined: not now. `rowSinceMs`: since when its own row could. */
export function storableSinceMs(health: Health | undefined, rowSinceMs: number | undefined, nowMs: number) {
  if (health === undefined || nowMs - health.lastMs > LONGEST_PAUSE_MS) return undefined;
  return rowSinceMs === undefined ? undefined : Math.max(health.sinceMs, rowSinceMs);
}

/** How often a silent bot's row is written until it would be dead. */
export const rowProbeEveryMs = (times: Pick<WatchTimes, 'heartbeatMs'>): number => nextBeatMs(times) / 4;

/** A write to a bot's row that proves that heartbeats can be stored, and changes nothing else. */
export const rowProbeChange = (botId: string, nowMs: number): RowChange => ({
  botId,
  doing: 'prove that the watchdog can write to',
  requires: [{ kind: 'exists' }],
  set: { proven_at_ms: Math.floor(nowMs) },
});

/** The span as the watchdog's own row shows it, for people. Undefined before the first tick, or if the last is too long ago. */
export function shownHealth(own: BotFields | undefined, nowMs: number): Health | undefined {
  const [sinceMs, lastMs] = [own?.healthy_since_ms, own?.healthy_at_ms];
  if (typeof sinceMs !== 'number' || typeof lastMs !== 'number') return undefined;
  const isNow = nowMs - lastMs <= TICKS_LOST_AFTER_MS && lastMs <= nowMs + CLOCKS_DIFFER_MS && sinceMs <= lastMs;
  return isNow ? { sinceMs, lastMs } : undefined;
}

/** Between two hosts; an instant further ahead was edited by hand. */
const CLOCKS_DIFFER_MS = 60_000;

/** A tick whose clock was ahead of ours may have scheduled bots by it. */
export const isAheadOf = (own: BotFields | undefined, nowMs: number): boolean =>
  typeof own?.ticked_at_ms === 'number' && own.ticked_at_ms > nowMs + CLOCKS_DIFFER_MS;

/** The watchdog's own write. `timesDigest`: all bots were checked for these configured times. */
export const probeChange = (health: Health, nowMs: number, timesDigest?: string): RowChange => ({
  botId: WATCHDOG_ROW,
  doing: 'note the tick in',
  requires: [],
  set: {
    ticked_at_ms: Math.floor(nowMs),
    healthy_since_ms: Math.floor(Math.min(health.sinceMs, nowMs)),
    healthy_at_ms: Math.floor(nowMs),
    ...(timesDigest === undefined ? {} : { times_digest: timesDigest }),
  },
});

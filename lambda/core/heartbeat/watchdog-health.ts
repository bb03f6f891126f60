/**
 * Could the watchdog have heard a bot? It proves that with its own writes: while they succeed, those of the bots do.
 *
 *   write ✓   write ✓   write ✗   write ✓   write ✓   write ✓ …
 *   ├─ healthy ────────┤          ├─ healthy since here ─────▶ a heartbeat and 2 s later a bot may be tripped
 *
 * A failed read or write starts the span anew, and so does a pause: what was not tried is not proven.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import type { BotFields, RowChange } from './row-change.ts';
import { nextBeatMs, type WatchTimes } from './watch-times.ts';

/** From when to when writes have succeeded, one after the other. */
export interface Health {
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** So often the watchdog writes while it needs proof. */
export const PROBE_EVERY_MS = 1_000;
/** From when on it must be proven that a bot could be heard which would be dead, or late, at `atMs`. */
export const proofNeededFrom = (atMs: number, times: Pick<WatchTimes, 'heartbeatMs'>): number =>
  atMs - nextBeatMs(times) - 2 * PROBE_EVERY_MS;

/** A longer pause between two writes proves nothing about the time between them. No bot is dead after less than 4 s. */
const LONGEST_PAUSE_MS = 2_500;
/** Ticks come each minute. Screens take two of them for one span if both were healthy; two ticks may be lost. */
export const TICKS_LOST_AFTER_MS = 150_000;

/** After a write that was begun at `fromMs` and had succeeded by `toMs`. */
export function afterWrite(health: Health | undefined, fromMs: number, toMs: number): Health {
  if (health === undefined || fromMs - health.lastMs > LONGEST_PAUSE_MS) return { sinceMs: toMs, lastMs: toMs };
  return { sinceMs: health.sinceMs, lastMs: Math.max(health.lastMs, toMs) };
}

/**
 * Since when a bot's beats would have been heard, up to now; undefined: they may be lost now. `rowSinceMs` is since when
 * writes to this very bot's row have worked.
 */
export function heardSinceMs(
  health: Health | undefined,
  rowSinceMs: number | undefined,
  nowMs: number,
): number | undefined {
  if (health === undefined || nowMs - health.lastMs > LONGEST_PAUSE_MS) return undefined;
  return rowSinceMs === undefined ? undefined : Math.max(health.sinceMs, rowSinceMs);
}

/** So often a silent bot's row is written until it would be dead: no outage of its row alone goes unseen. */
export const rowProbeEveryMs = (times: Pick<WatchTimes, 'heartbeatMs'>): number => nextBeatMs(times) / 4;

/** The watchdog's write to a bot's row, which proves that the bot's could be stored, and changes nothing else. */
export const rowProbeChange = (botId: string, nowMs: number): RowChange => ({
  botId,
  doing: 'prove that the watchdog can write to',
  requires: [{ kind: 'exists' }],
  set: { proven_at_ms: Math.floor(nowMs) },
});

/**
 * The same from the watchdog's own row, for screens: one span as long as no tick has seen a failure and ticks came.
 * Undefined before the first tick, and where the last one is too long ago.
 */
export function shownHealth(own: BotFields | undefined, nowMs: number): Health | undefined {
  const [sinceMs, lastMs] = [own?.healthy_since_ms, own?.healthy_at_ms];
  if (typeof sinceMs !== 'number' || typeof lastMs !== 'number') return undefined;
  const isNow = nowMs - lastMs <= TICKS_LOST_AFTER_MS && lastMs <= nowMs + CLOCKS_DIFFER_MS && sinceMs <= lastMs;
  return isNow ? { sinceMs, lastMs } : undefined;
}

/** Clocks of two hosts; what is further ahead was written by hand. */
const CLOCKS_DIFFER_MS = 60_000;

/** A tick whose clock was ahead of ours has been at work, and may have scheduled bots by it. */
export const isAheadOf = (own: BotFields | undefined, nowMs: number): boolean =>
  typeof own?.ticked_at_ms === 'number' && own.ticked_at_ms > nowMs + CLOCKS_DIFFER_MS;

/** The watchdog's own write, which is the proof. `timesDigest`: all bots were checked for these configured times. */
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

/** Spans and instants as people read them: 8 s, 4 min, 2 h 10 min, 3 d; 12:04:31 UTC. */

import { isoMicros } from '../../lambda/core/invocation/identity.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Two units at most, rounded down, so that an age is never said too old; a number and its unit stay together. */
export function span(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < MINUTE_MS) return unit(whole, SECOND_MS, 's');
  if (whole < 10 * MINUTE_MS) return two(unit(whole, MINUTE_MS, 'min'), unit(whole % MINUTE_MS, SECOND_MS, 's'));
  if (whole < HOUR_MS) return unit(whole, MINUTE_MS, 'min');
  if (whole < DAY_MS) return two(unit(whole, HOUR_MS, 'h'), unit(whole % HOUR_MS, MINUTE_MS, 'min'));
  return two(unit(whole, DAY_MS, 'd'), unit(whole % DAY_MS, HOUR_MS, 'h'));
}

/** `4 min ago`, `just now`, `now`, `in 2 min`. */
export function ago(atMs: number, nowMs: number): string {
  const ms = nowMs - atMs;
  if (Math.abs(ms) < SECOND_MS) return ms >= 0 ? 'just\u00a0now' : 'now';
  return ms > 0 ? `${span(ms)}\u00a0ago` : `in\u00a0${span(-ms)}`;
}

/** `2026-11-21 12:04:31 UTC`; `?` for one that no date can hold, as a hand may have left it in a table. */
export const instant = (atMs: number): string =>
  isDate(atMs) ? `${isoMicros(atMs).slice(0, 19).replace('T', ' ')} UTC` : '?';

/** For JSON documents; null where there is none. */
export const isoOrNull = (atMs: number | undefined): string | null =>
  atMs !== undefined && isDate(atMs) ? isoMicros(atMs) : null;

const isDate = (atMs: number): boolean => !Number.isNaN(new Date(Math.floor(atMs)).getTime());

const unit = (ms: number, of: number, name: string): string => `${Math.floor(ms / of)}\u00a0${name}`;

const two = (first: string, second: string): string => (second.startsWith('0') ? first : `${first}\u00a0${second}`);

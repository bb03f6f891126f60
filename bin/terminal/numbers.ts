/** Numbers, durations and instants for people: 2 orders, 1.3 s, 4 min ago, 2026-11-21 12:04:31 UTC. */

import { isoMicros } from '../../lambda/core/invocation/identity.ts';
import { span } from '../../lambda/views/words.ts';

/** Keeps a number and its unit on one line; the output replaces it with an ordinary space. */
export const NO_BREAK = '\u00a0';

/** 340 µs, 21 ms, 1.3 s, 64 s. */
export function duration(ms: number): string {
  const [number, unit] = numberAndUnit(ms);
  return `${number}${NO_BREAK}${unit}`;
}

function numberAndUnit(ms: number): readonly [string | number, string] {
  if (ms > 0 && ms < 0.9995) return [Math.round(ms * 1_000), 'µs'];
  if (ms < 999.5) return [Math.round(ms), 'ms'];
  return [ms < 9_950 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000), 's'];
}

/** Seconds with three digits, for columns: `0.021`. */
export const secondsText = (ms: number): string => (ms / 1_000).toFixed(3);

/** `1 order`, `2 orders`, `no order`. */
export function countText(number: number, what: string): string {
  if (number === 1) return `1 ${what}`;
  return number === 0 ? `no ${what}` : `${number} ${what}s`;
}

/** As the panel writes it; a number and its unit stay together. */
export const spanText = (ms: number): string => span(ms).replaceAll(' ', NO_BREAK);

/** `4 min ago`, `just now`, `now`, `in 2 min`. */
export function agoText(atMs: number, nowMs: number): string {
  const ms = nowMs - atMs;
  if (Math.abs(ms) < 1_000) return ms >= 0 ? `just${NO_BREAK}now` : 'now';
  return ms > 0 ? `${spanText(ms)}${NO_BREAK}ago` : `in${NO_BREAK}${spanText(-ms)}`;
}

/** `2026-11-21 12:04:31 UTC`; `?` for a number outside the range of dates, as after an edit by hand. */
export const instantText = (atMs: number): string =>
  isInstant(atMs) ? `${isoMicros(atMs).slice(0, 19).replace('T', ' ')} UTC` : '?';

/** For JSON documents; null where there is none. */
export const isoOrNull = (atMs: number | undefined): string | null => (isInstant(atMs) ? isoMicros(atMs) : null);

/** No date can be written beyond this (ECMAScript, "Time Values"): only an item that was edited contains such an instant. */
const FURTHEST_MS = 8.64e15;
export const isInstant = (atMs: number | undefined): atMs is number => Math.abs(atMs ?? Number.NaN) < FURTHEST_MS;

/** `a, b and 3 more`. */
export function firstOf(names: readonly string[], most: number): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

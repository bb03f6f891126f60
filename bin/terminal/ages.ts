/** Durations and instants for people: 8 s, 4 min, 2 h 10 min, 3 d; 12:04:31 UTC. */

import { isoMicros } from '../../lambda/core/invocation/identity.ts';
import { span } from '../../lambda/views/words.ts';
import { NO_BREAK } from './numbers.ts';

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
  isDate(atMs) ? `${isoMicros(atMs).slice(0, 19).replace('T', ' ')} UTC` : '?';

/** For JSON documents; null where there is none. */
export const isoOrNull = (atMs: number | undefined): string | null =>
  atMs !== undefined && isDate(atMs) ? isoMicros(atMs) : null;

const isDate = (atMs: number): boolean => !Number.isNaN(new Date(Math.floor(atMs)).getTime());

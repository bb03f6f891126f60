/** Instants as messages write them: to the second, with the suffix UTC. */

import { clockTime, isoMicros } from '../../core/invocation/identity.ts';

/** `2026-11-21 08:56:20 UTC`. */
export const moment = (atMs: number): string => `${isoMicros(atMs).slice(0, 19).replace('T', ' ')} UTC`;

/** `08:56:20 UTC`. */
export const clock = (atMs: number): string => `${clockTime(atMs)} UTC`;

/** `At 2026-11-21 08:56:20 UTC.`; no line where the instant is not known. */
export const instantLine = (label: string, atMs: number | undefined): readonly string[] =>
  atMs === undefined ? [] : [`${label} ${moment(atMs)}.`];

/** Shortens instants within a text from microseconds to seconds. */
export const readableInstants = (text: string): string =>
  text.replace(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 $2 UTC');

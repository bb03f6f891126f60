/** Durations, instants and amounts as the panel writes them: short, and in UTC. */

import { isoMicros } from '../core/invocation/identity.ts';

/** Each with the next smaller one. */
const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** `4 s`, `1 min 5 s`, `12 min`, `2 h`, `3 d 4 h`: two units at most, cut off, so that an age is never said too old. */
export function span(ms: number): string {
  const index = UNITS.findIndex(unit => ms >= unit.ms);
  const large = UNITS[index];
  if (large === undefined) return '0 s';
  const small = large.name === 'min' && ms >= 10 * large.ms ? undefined : UNITS[index + 1];
  const rest = small === undefined ? 0 : Math.floor((ms % large.ms) / small.ms);
  const first = `${Math.floor(ms / large.ms)} ${large.name}`;
  return small === undefined || rest === 0 ? first : `${first} ${rest} ${small.name}`;
}

export const ago = (atMs: number, nowMs: number): string => `${span(nowMs - atMs)} ago`;

/** `in 40 s` or `20 s ago`. */
export const from = (atMs: number, nowMs: number): string =>
  atMs > nowMs ? `in ${span(atMs - nowMs)}` : ago(atMs, nowMs);

/** `03:12:40` today, else `2026-11-20 03:12:40`; UTC. */
export function instant(atMs: number, nowMs: number): string {
  const [date = '', time = ''] = isoMicros(atMs).split('T');
  return isoMicros(nowMs).startsWith(date) ? time.slice(0, 8) : `${date} ${time.slice(0, 8)}`;
}

/** `1 bot`, `3 bots`. */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : many}`;

/** A decimal string with its sign, `+69.47`; with a typographic minus, which is easier to see. */
export function signed(amount: string): string {
  if (/^-?0*(\.0*)?$/.test(amount)) return '0';
  return amount.startsWith('-') ? `−${amount.slice(1)}` : `+${amount}`;
}

/** The exchange's own string, with two decimals so that a column of them lines up; empty without a position. */
export function worth(notional: string): string {
  if (/^-?0*(?:\.0*)?$/.test(notional)) return '';
  const [whole = '', decimals = ''] = notional.split('.');
  return `${whole}.${decimals.slice(0, 2).padEnd(2, '0')}`;
}

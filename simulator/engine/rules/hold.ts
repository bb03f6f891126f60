/**
 * A 429 or a 418 starts a time in which the address (or, for -1015, the account's orders) gets the same answer again,
 * whether the exchange's own count started it or a script.
 *
 *   429 ── until the window ends; further requests lead to 418 (limits.ts)
 *   418 ── until the ban ends, for every request
 *
 * The Retry-After header may have the true time, another time, or none: all of these forms have been observed.
 */

import { Refusal } from './refusal.ts';

/** `seconds` and `http-date` name the end; `zero` and `past-date` name a time that is over; `none` has no header. */
export type RetryAfterForm = 'seconds' | 'http-date' | 'zero' | 'past-date' | 'none';

export interface Hold {
  readonly status: 429 | 418;
  /** -1003 for the weight of an address, -1015 for the orders of an account. */
  readonly code: number;
  readonly msg: string;
  /** Instants of the exchange's time. Past `untilMs` requests are served; the header says `headerUntilMs`. */
  readonly untilMs: number;
  readonly headerUntilMs: number;
  readonly form: RetryAfterForm;
}

/** The answer of a hold. */
export function holdRefusal(hold: Hold, nowMs: number): Refusal {
  const value = retryAfter(hold.form, hold.headerUntilMs, nowMs);
  return new Refusal(hold.code, hold.msg, hold.status, value === undefined ? {} : { 'retry-after': value });
}

/** A ban is stronger than a window; of two of a kind, the one that ends later. */
export function strongerHold(known: Hold | undefined, next: Hold, nowMs: number): Hold {
  if (known === undefined || known.untilMs <= nowMs) return next;
  if (known.status !== next.status) return known.status === 418 ? known : next;
  return known.untilMs >= next.untilMs ? known : next;
}

export const isHolding = (hold: Hold | undefined, nowMs: number): hold is Hold =>
  hold !== undefined && nowMs < hold.untilMs;

/** The exchange's own sentences for both. */
export const tooManyRequests = (ip: string, weightPerMinute: number): string =>
  `Too many requests; current limit of IP(${ip}) is ${weightPerMinute} requests per minute. ` +
  'Please use the websocket for live updates to avoid polling the API.';

export const bannedUntil = (ip: string, untilMs: number): string =>
  `Way too many requests; IP(${ip}) banned until ${Math.ceil(untilMs)}. ` +
  'Please use the websocket for live updates to avoid bans.';

function retryAfter(form: RetryAfterForm, untilMs: number, nowMs: number): string | undefined {
  switch (form) {
    case 'seconds':
      return String(Math.max(1, Math.ceil((untilMs - nowMs) / 1000)));
    case 'http-date':
      return new Date(Math.ceil(untilMs / 1000) * 1000).toUTCString();
    case 'zero':
      return '0';
    case 'past-date':
      return new Date(nowMs - 3_600_000).toUTCString();
    case 'none':
      return undefined;
  }
}

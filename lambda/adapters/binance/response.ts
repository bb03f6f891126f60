/** An HTTP answer as it came over the wire, and what its headers say. */

import type { Usage } from '../../ports.ts';

export interface HttpAnswer {
  readonly status: number;
  /** Asked by names in lower case. */
  readonly headers: { get(name: string): string | undefined };
  readonly body: string;
}

/** Rate limits used so far (General Info, "Limits"): weight per IP and host, orders per account. */
export function usageOf(headers: HttpAnswer['headers']): Usage {
  const weightLastMinute = count(headers.get('x-mbx-used-weight-1m') ?? headers.get('x-sapi-used-ip-weight-1m'));
  const ordersLastTenSeconds = count(headers.get('x-mbx-order-count-10s'));
  const ordersLastMinute = count(headers.get('x-mbx-order-count-1m'));
  return {
    ...(weightLastMinute === undefined ? {} : { weightLastMinute }),
    ...(ordersLastTenSeconds === undefined ? {} : { ordersLastTenSeconds }),
    ...(ordersLastMinute === undefined ? {} : { ordersLastMinute }),
  };
}

/** When the answer was made, in whole seconds, by the clock of the exchange or of a gateway. */
export function dateMsOf(headers: HttpAnswer['headers']): number | undefined {
  const dateMs = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs;
}

/** Bans last from two minutes to three days ([GI], "IP Limits"). */
const LONGEST_BAN_SECONDS = 3 * 86_400;
/** A far longer wait is invalid, and ignored. */
const LONGEST_WAIT_MS = 7 * 86_400_000;

/**
 * How long the exchange asks us to wait: the longer of the Retry-After header and the end of a ban named in the
 * message (-1003, "IP banned until 1591702613943"; in seconds where it has ten digits). Undefined where neither says
 * an end that is still to come. `nowMs` is the exchange's time.
 */
export function retryAfterMsOf(headers: HttpAnswer['headers'], message: string, nowMs: number): number | undefined {
  const banMs = plausible(banWaitMs(message, nowMs));
  const headerMs = plausible(headerWaitMs(headers.get('retry-after')?.trim() ?? '', nowMs, banMs));
  const longestMs = Math.max(banMs, headerMs);
  return longestMs > 0 ? longestMs : undefined;
}

/** 0 for a wait that is over, and for one that is too long to be meant. */
const plausible = (waitMs: number | undefined): number =>
  waitMs !== undefined && waitMs <= LONGEST_WAIT_MS ? Math.max(0, Math.ceil(waitMs)) : 0;

/** A number of seconds, or an HTTP date: RFC 9110, and what the exchange documents. Other forms only where they are unambiguous. */
function headerWaitMs(header: string, nowMs: number, banMs: number): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s)?$/i.exec(header) ?? [];
  if (digits !== undefined) return numberWaitMs(Number(digits), unit?.toLowerCase(), nowMs, banMs);
  if (!/^([a-z]{3,9},? |\d{4}-\d\d-\d\d)/i.test(header)) return undefined;
  const untilMs = Date.parse(header);
  return Number.isNaN(untilMs) ? undefined : untilMs - nowMs;
}

/**
 * Seconds, unless they cannot be: a number with another unit, an instant since the epoch, a wait beyond the longest ban,
 * or one that as ms is what the message says as well.
 */
function numberWaitMs(value: number, unit: string | undefined, nowMs: number, banMs: number): number {
  if (unit === 'ms') return value;
  if (value >= 1e12) return value - nowMs;
  if (value >= 1e9) return value * 1_000 - nowMs;
  const isAsMessage = value >= 1_000 && banMs > 0 && Math.abs(value - banMs) <= AGREES_WITHIN_MS;
  return value > LONGEST_BAN_SECONDS || isAsMessage ? value : value * 1_000;
}

const AGREES_WITHIN_MS = 2_000;

function banWaitMs(message: string, nowMs: number): number | undefined {
  const until = /banned until (\d{13}|\d{10})\b/i.exec(message)?.[1];
  if (until === undefined) return undefined;
  const untilMs = until.length === 10 ? Number(until) * 1_000 : Number(until);
  return untilMs - nowMs;
}

function count(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) : undefined;
}

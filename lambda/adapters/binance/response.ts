/** An HTTP answer as it came over the wire, and what its headers say. Nothing is judged here. */

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

/** When the answer was made, by whoever made it: in whole seconds. */
export function dateMsOf(headers: HttpAnswer['headers']): number | undefined {
  const dateMs = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(dateMs) ? undefined : dateMs;
}

/** Bans last from two minutes to three days ([GI], "IP Limits"). A number beyond is nonsense, and no instant. */
const LONGEST_WAIT_MS = 7 * 86_400_000;

/**
 * How long the exchange asks us to stay away: the longer of the Retry-After header (seconds, or an HTTP date) and the
 * end of a ban named in the message (-1003, "IP banned until 1591702613943"; in seconds where it has ten digits). `nowMs` is the exchange's time.
 */
export function retryAfterMsOf(headers: HttpAnswer['headers'], message: string, nowMs: number): number | undefined {
  const waits = [headerWaitMs(headers.get('retry-after'), nowMs), banWaitMs(message, nowMs)].filter(
    wait => wait !== undefined,
  );
  const longestMs = Math.min(Math.max(0, ...waits), LONGEST_WAIT_MS);
  return longestMs > 0 ? longestMs : undefined;
}

function headerWaitMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header) * 1_000);
  const untilMs = Date.parse(header);
  return Number.isNaN(untilMs) ? undefined : Math.ceil(untilMs - nowMs);
}

function banWaitMs(message: string, nowMs: number): number | undefined {
  const until = /banned until (\d{13}|\d{10})\b/i.exec(message)?.[1];
  if (until === undefined) return undefined;
  const untilMs = until.length === 10 ? Number(until) * 1_000 : Number(until);
  return Math.ceil(untilMs - nowMs);
}

function count(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) : undefined;
}

/**
 * How long a scripted 429 or 418 lasts, and what its answer says:
 *
 *   Retry-After names an end       until then
 *   it does not (0, past, absent)  a 429 until the next full minute, a 418 for two minutes
 *   `lastsMs`                      this long, whatever the header says
 */

import type { HoldFault, HttpFault } from '../engine/rules/fault.ts';
import { bannedUntil, type Hold, type RetryAfterForm, tooManyRequests } from '../engine/rules/hold.ts';
import { fixedWindow, MINUTE_MS, windowEnd } from '../engine/rules/rate-window.ts';
import { sentenceOf } from '../engine/rules/refusal.ts';
import type { RequestMoment } from './wire.ts';

const SHORTEST_BAN_SECONDS = 120;

export type ScriptedHold = HoldFault & { readonly kind: 'banned-418' | 'limited-429'; readonly code?: number };

/** The hold that the answer of the fault announces. */
export function holdOfFault(fault: ScriptedHold, at: RequestMoment): Hold {
  const { retryAfter: form = 'seconds', lastsMs, kind } = fault;
  const seconds = fault.retryAfterSeconds ?? (kind === 'banned-418' ? SHORTEST_BAN_SECONDS : 1);
  const headerUntilMs = at.timeMs + seconds * 1000;
  const namesEnd = form === 'seconds' || form === 'http-date';
  const endsMs = namesEnd ? headerUntilMs : unnamedEndMs(kind === 'banned-418' ? 418 : 429, at.timeMs);
  const untilMs = lastsMs === undefined ? endsMs : at.timeMs + lastsMs;
  if (kind === 'banned-418')
    return { status: 418, code: -1003, msg: bannedUntil(at.ip, untilMs), untilMs, headerUntilMs, form };
  const { code = -1003 } = fault;
  const msg = code === -1003 ? tooManyRequests(at.ip, at.weightPerMinute) : (sentenceOf(code) ?? '');
  return { status: 429, code, msg, untilMs, headerUntilMs, form };
}

/** Undefined when it is for one request only. */
export const lasting =
  (fault: ScriptedHold) =>
  (at: RequestMoment): Hold | undefined =>
    fault.lastsMs === 0 ? undefined : holdOfFault(fault, at);

/** The hold of an `http` fault with status 429 or 418: it lasts as long as its own Retry-After says. */
export function holdOfAnswer(
  { status, code = -1003, lastsMs, headers = {} }: HttpFault,
  at: RequestMoment,
): Hold | undefined {
  if ((status !== 429 && status !== 418) || lastsMs === 0) return undefined;
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  const namedMs = header === undefined ? Number.NaN : endNamedBy(header, at.timeMs);
  const named = namedMs > at.timeMs;
  const endsMs = named ? namedMs : unnamedEndMs(status, at.timeMs);
  const untilMs = lastsMs === undefined ? endsMs : at.timeMs + lastsMs;
  const msg = status === 418 ? bannedUntil(at.ip, untilMs) : tooManyRequests(at.ip, at.weightPerMinute);
  const form = formOf(header, named);
  return { status, code, msg, untilMs, headerUntilMs: named ? namedMs : untilMs, form };
}

/** The next request in the window gets a Retry-After of the same form. */
function formOf(header: string | undefined, named: boolean): RetryAfterForm {
  if (header === undefined) return 'none';
  if (/^\d+$/.test(header)) return named ? 'seconds' : 'zero';
  return named ? 'http-date' : 'past-date';
}

function endNamedBy(retryAfter: string, nowMs: number): number {
  return /^\d+$/.test(retryAfter) ? nowMs + Number(retryAfter) * 1000 : Date.parse(retryAfter);
}

const unnamedEndMs = (status: 429 | 418, nowMs: number): number =>
  status === 418 ? nowMs + SHORTEST_BAN_SECONDS * 1000 : windowEnd(fixedWindow(MINUTE_MS), nowMs);

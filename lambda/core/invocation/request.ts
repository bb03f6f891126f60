/**
 * Parses the liquidator's event into a request, or a list of all problems. Events not meant for the liquidator and unknown keys
 * are refused. `null` is not "absent": a list of symbols that became null by mistake would mean the whole account.
 */

import * as z from 'zod/mini';
import {
  ACTIONS,
  BOT_ID_PATTERN,
  CORRELATION_ID_PATTERN,
  DEFAULT_BOT_ID,
  REASON_MAX_CHARS,
  TRIGGERS,
  type Trigger,
} from '../../contract.ts';
import { shownJson, shownText } from '../config/shown-value.ts';
import { type RequestedWaits, readRequestedWaits, requestedWaitsShape } from '../exchange/requested-waits.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { type Fields, isObject } from '../text/fields.ts';
import { foreignEvent, notAnObject } from './refused-event.ts';

export interface LiquidateRequest {
  readonly action: 'liquidate';
  readonly trigger: Trigger;
  readonly botId: string;
  readonly correlationId: string | undefined;
  readonly dryRun: boolean;
  /** Undefined: the whole account. */
  readonly symbols: readonly string[] | undefined;
  readonly reason: string | undefined;
  /** Correlation ID of the trip that this call of the watchdog serves. */
  readonly trip: string | undefined;
  /** Set by flatline when it resumes a run. */
  readonly resume: Resume | undefined;
}

export interface Resume {
  /** Number of this attempt. */
  readonly hop: number;
  readonly notBeforeMs: number;
  readonly untilMs: number;
  /** Holder of the run's record: known to those who read the record or were handed it over. */
  readonly token: string;
  /** Checks whether the account is still flat, and closes what reappeared. */
  readonly confirms: boolean;
  /** What the attempt before left, if no record holds it. */
  readonly carried: string | undefined;
  /** The waits that the exchange requested of the attempt before. */
  readonly waits: RequestedWaits | undefined;
}

interface PreflightRequest {
  readonly action: 'preflight';
  readonly botId: string;
  readonly correlationId: string | undefined;
}

export type Request = LiquidateRequest | PreflightRequest;

/** Each problem names the value, the rule and the remedy. */
type RequestReading =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly problems: readonly string[] };

const MOST_PROBLEMS = 10;
const MOST_SYMBOLS = 500;

/** Since 2025-10 names such as 测试USDT are listed. Lower case or a slash would match no position: a false "nothing to do". */
export const isSymbol = (name: string): boolean =>
  name.length <= 40 && /^[\p{L}\p{M}\p{N}_.-]+$/u.test(name) && !/[a-z]/.test(name);

const notSymbol = 'is not a symbol; write it as the exchange does, like "BTCUSDT", at most 40 characters';
const symbol = z
  .string('must be a text; write the symbol as the exchange does, like "BTCUSDT"')
  .check(z.refine(isSymbol, { error: notSymbol }));

const OWN = 'is for flatline itself; leave it out';

const symbolList = `must be a list of 1 to ${MOST_SYMBOLS} symbols; leave it out to mean the whole account`;

const preflightFields = {
  action: z.optional(z.enum(ACTIONS, `must be ${ACTIONS.join(' or ')}; leave it out to liquidate`)),
  bot_id: z.optional(
    text(BOT_ID_PATTERN, '1 to 40 lower-case letters, digits and hyphens; leave it out for "default"'),
  ),
  correlation_id: z.optional(
    text(CORRELATION_ID_PATTERN, 'liq_YYYYMMDD_HHMMSS_ and 6 to 32 of 0-9a-f; leave it out to have one made'),
  ),
};
const preflightEvent = z.object(preflightFields);
const liquidateEvent = z.object({
  ...preflightFields,
  trigger: z.enum(TRIGGERS, `must be one of ${TRIGGERS.join(', ')}; say who presses the button`),
  dry_run: z.optional(z.boolean('must be true or false, without quotes; leave it out to act')),
  symbols: z.optional(
    z
      .array(symbol, symbolList)
      .check(z.minLength(1, symbolList), z.maxLength(MOST_SYMBOLS, symbolList), z.check(refuseTwice)),
  ),
  reason: z.optional(
    z
      .string(`must be a text of at most ${REASON_MAX_CHARS} characters; leave it out if there is none`)
      .check(z.maxLength(REASON_MAX_CHARS, `is longer than ${REASON_MAX_CHARS} characters; cut it`)),
  ),
  trip: z.optional(
    text(CORRELATION_ID_PATTERN, 'the correlation ID of a trip; it is for flatline itself, leave it out'),
  ),
  resume: z.optional(
    z.strictObject(
      {
        hop: instant(),
        not_before_ms: instant(),
        until_ms: instant(),
        token: z.string(OWN).check(z.regex(/^[0-9a-f]{1,64}$/, OWN)),
        confirms: z.optional(z.boolean(OWN)),
        carried: z.optional(z.string(OWN)),
        told: z.optional(requestedWaitsShape),
      },
      OWN,
    ),
  ),
});

const PREFLIGHT_KEYS: readonly string[] = Object.keys(preflightFields);
const KEYS: readonly string[] = Object.keys(liquidateEvent.shape);
/** The keys that callers may use. */
const PUBLIC_KEYS = KEYS.filter(key => key !== 'resume' && key !== 'trip');

/** Never throws. */
export function readRequest(event: unknown): RequestReading {
  if (!isObject(event)) return { ok: false, problems: [notAnObject(event)] };
  const misuse = foreignEvent(event);
  if (misuse !== undefined) return { ok: false, problems: [misuse] };
  const own = ownFields(event);
  return own.action === 'preflight'
    ? conclude(event, preflightEvent.safeParse(own), PREFLIGHT_KEYS, toPreflight)
    : conclude(event, liquidateEvent.safeParse(own), KEYS, toLiquidate);
}

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: z.core.$ZodError };

function conclude<T>(
  event: Fields,
  parsed: Parsed<T>,
  keys: readonly string[],
  toRequest: (data: T) => Request,
): RequestReading {
  const unknownKeys = Object.keys(event).filter(key => !keys.includes(key));
  if (parsed.success && unknownKeys.length === 0) return { ok: true, request: toRequest(parsed.data) };
  const issues = parsed.success ? [] : parsed.error.issues;
  const listed = [
    ...issues.slice(0, MOST_PROBLEMS).map(issue => problemOf(issue, event)),
    ...unknownKeys.slice(0, MOST_PROBLEMS).map(unknownKey),
  ].slice(0, MOST_PROBLEMS);
  const unlisted = issues.length + unknownKeys.length - listed.length;
  return { ok: false, problems: unlisted === 0 ? listed : [...listed, `And ${unlisted} more problems.`] };
}

function toLiquidate(event: z.infer<typeof liquidateEvent>): LiquidateRequest {
  return {
    action: 'liquidate',
    trigger: event.trigger,
    botId: event.bot_id ?? DEFAULT_BOT_ID,
    correlationId: event.correlation_id,
    dryRun: event.dry_run ?? false,
    symbols: event.symbols,
    // A text that is cut in the middle of a character would be stored with another hash.
    reason: event.reason?.toWellFormed(),
    trip: event.trip,
    resume: event.resume && {
      hop: event.resume.hop,
      notBeforeMs: event.resume.not_before_ms,
      untilMs: event.resume.until_ms,
      token: event.resume.token,
      confirms: event.resume.confirms ?? false,
      carried: event.resume.carried,
      waits: readRequestedWaits(event.resume.told),
    },
  };
}

function toPreflight(event: z.infer<typeof preflightEvent>): PreflightRequest {
  return { action: 'preflight', botId: event.bot_id ?? DEFAULT_BOT_ID, correlationId: event.correlation_id };
}

function instant() {
  return z.int('must be a whole number; it is for flatline itself, leave it out').check(z.positive('must be over 0'));
}

function text(pattern: RegExp, rule: string) {
  return z.string(`must be ${rule}`).check(z.regex(pattern, `must be ${rule}`));
}

/** A symbol that is listed twice is a mistake, so perhaps another one is missing. */
function refuseTwice({ value, issues }: z.core.ParsePayload<readonly string[]>): void {
  for (const [index, name] of value.entries()) {
    if (value.indexOf(name) === index) continue;
    issues.push({ code: 'custom', input: name, path: [index], message: 'is there twice; name each symbol once' });
  }
}

/** Nothing inherited from a prototype. */
function ownFields(event: Fields): Fields {
  return Object.fromEntries(KEYS.filter(key => Object.hasOwn(event, key)).map(key => [key, event[key]]));
}

function problemOf({ path: [field = '', index], message }: z.core.$ZodIssue, event: Fields): string {
  const whole = event[String(field)];
  if (whole === undefined) return `${String(field)} is missing: it ${message}.`;
  const value = Array.isArray(whole) && typeof index === 'number' ? whole[index] : whole;
  const place = typeof index === 'number' ? `${String(field)}[${index}]` : String(field);
  // A reason is free text, so only its length is shown.
  const shown = field === 'reason' && typeof value === 'string' ? `a text of ${value.length}` : shownJson(value);
  const meant = field === 'trigger' && typeof value === 'string' ? didYouMean(value, TRIGGERS) : undefined;
  return `${place} = ${shown}: ${message}${meant === undefined ? '' : ` (did you mean ${meant}?)`}.`;
}

function unknownKey(key: string): string {
  if (KEYS.includes(key)) return `${key} does not belong to a preflight, which changes nothing; leave it out.`;
  const meant = didYouMean(key, PUBLIC_KEYS);
  const remedy = meant === undefined ? `take it out; there are ${PUBLIC_KEYS.join(', ')}` : `did you mean ${meant}?`;
  return `${shownText(key)} is not a key of the event; ${remedy}${meant === undefined ? '.' : ''}`;
}

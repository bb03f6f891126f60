/**
 * What an answer says: the value that was asked for, or the failure that it describes. The exchange answers errors as
 * {code, msg}, sometimes under status 200; firewalls and load balancers answer with web pages.
 */

import type { ZodMiniType } from 'zod/mini';
import type { Failure, Reason } from '../../core/exchange/failure.ts';
import { fieldsOf } from '../../core/text/fields.ts';
import { type ApiCodes, meaningOf } from './error-codes.ts';
import { parseExactly } from './exact-json.ts';
import { type HttpAnswer, retryAfterMsOf } from './response.ts';
import { pageTitle, type Sanitize } from './sanitize.ts';
import { badReply } from './wire-failures.ts';

type AnswerReading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export interface Reader {
  readonly codes?: ApiCodes;
  readonly shown: Sanitize;
  /** The exchange's time, for waits that are given as an instant. */
  readonly nowMs: number;
}

/** `schema` describes the success of the operation that was asked. */
export function readAnswer<T>(answer: HttpAnswer, schema: ZodMiniType<T>, reader: Reader): AnswerReading<T> {
  const { status, body } = answer;
  const json = parsed(body);
  const code = codeOf(json);
  if (status < 200 || status > 299 || (code !== undefined && code < 0)) {
    return { ok: false, failure: failureIn(answer, json, code, reader) };
  }
  const bad = (message: string): AnswerReading<T> => ({ ok: false, failure: badReply(status, reader.shown(message)) });
  if (json === NOT_JSON) return bad(pageTitle(body) ?? `${body.length} characters that are not whole JSON`);

  const read = schema.safeParse(json);
  if (read.success) return { ok: true, value: read.data };
  const [issue] = read.error.issues;
  const what = issue?.path.length ? `at ${issue.path.join('.')}: ${issue.message}` : `it is ${natureOf(json)}`;
  return bad(`the answer is not what was expected, ${what}`);
}

function failureIn(
  answer: HttpAnswer,
  json: unknown,
  code: number | undefined,
  { shown, codes, nowMs }: Reader,
): Failure {
  const { status, body, headers } = answer;
  const ranOut = status === 408 || status === 504 || code === -1007;
  const said = messageOf(json, body);
  const message = shown(`${ranOut ? "the exchange's own deadline: " : ''}${said}`);
  const meaning = meaningOf({ status, code, message, isJson: json !== NOT_JSON }, codes);
  const askedMs = retryAfterMsOf(headers, said, nowMs);
  const retryAfterMs =
    askedMs === undefined || IS_LIMIT.has(meaning.reason) ? askedMs : Math.min(askedMs, GATEWAY_WAIT_MS);
  return {
    ...meaning,
    status,
    message,
    ...(code === undefined ? {} : { exchangeCode: code }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const IS_LIMIT: ReadonlySet<Reason> = new Set(['weight-limit', 'order-limit', 'ip-ban']);

/** A limit that is not kept leads to a ban. A gateway that is down only guesses when it is up again, so it is asked sooner. */
const GATEWAY_WAIT_MS = 1_000;

function natureOf(json: unknown): string {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'a list';
  return typeof json === 'object' ? 'an object' : `a ${typeof json}`;
}

const NOT_JSON = Symbol('not JSON');

function parsed(body: string): unknown {
  try {
    // Some gateways put a byte order mark before it.
    return parseExactly(body.startsWith('\ufeff') ? body.slice(1) : body);
  } catch {
    return NOT_JSON;
  }
}

/** `code` is a number on most pages and a string on some (Cancel Algo Order). */
function codeOf(json: unknown): number | undefined {
  const code = field(json, 'code');
  if (typeof code === 'number') return code;
  return typeof code === 'string' && /^-?\d{1,9}$/.test(code) ? Number(code) : undefined;
}

function messageOf(json: unknown, body: string): string {
  const message = field(json, 'msg');
  if (typeof message === 'string' && message !== '') return message;
  return pageTitle(body) ?? (body.trim() || 'an empty answer');
}

const field = (json: unknown, name: string): unknown => fieldsOf(json)[name];

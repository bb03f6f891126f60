/**
 * Turns a finished call into the port's reply: the value that was asked for, or the failure that the answer describes, and
 * the request as the audit log has it. The exchange answers errors as {code, msg}, sometimes under status 200; firewalls and
 * load balancers answer with web pages.
 */

import type { ZodMiniType } from 'zod/mini';
import type { Failure, Reason } from '../../core/exchange/failure.ts';
import { fieldsOf } from '../../core/text/fields.ts';
import type { Reply, RequestTrace, Usage } from '../../ports.ts';
import type { Call } from './axios-adapter.ts';
import { type ApiCodes, meaningOf } from './exchange-codes.ts';
import { badReply, unexpected } from './network-failures.ts';
import { type HttpAnswer, retryAfterMsOf, usageOf } from './response.ts';
import { pageTitle, type Sanitize } from './sanitize.ts';

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

/** Of a thrown error only class and text are shown, sanitized. */
export function replyOf<T>(
  schema: ZodMiniType<T>,
  { request, sent, problem, endedAtMs }: Call,
  reader: Reader,
): Reply<T> {
  const { method = 'GET', path = '', startedAtMs = endedAtMs } = request ?? {};
  const traced = (status: number | undefined, usage: Usage, exchangeCode?: number): RequestTrace => ({
    ...{ method, path, startedAtMs, latencyMs: endedAtMs - startedAtMs, status, exchangeCode, usage },
  });
  const failed = (failure: Failure, usage: Usage = {}): Reply<T> => ({
    ok: false,
    failure,
    trace: traced(failure.status, usage, failure.exchangeCode),
  });
  if (sent === undefined) return failed(unexpected(said(problem, reader.shown), request !== undefined));
  if (sent.kind === 'failure') return failed(sent.failure);

  const usage = usageOf(sent.answer.headers);
  const reading = readAnswer(sent.answer, schema, reader);
  return reading.ok
    ? { ok: true, value: reading.value, trace: traced(sent.answer.status, usage) }
    : failed(reading.failure, usage);
}

function said(problem: unknown, shown: Sanitize): string {
  const text = problem instanceof Error ? `${problem.name}: ${problem.message}` : `a thrown ${typeof problem}`;
  return shown(`unexpected error while asking the exchange: ${text}`);
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** V8 hands the source text of each primitive to the reviver; TypeScript's library does not know it yet. */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Throws SyntaxError on anything but one whole JSON text. */
export function parseExactly(text: string): unknown {
  // A reviver makes the 1 MB of exchangeInfo seven times slower (23 ms against 3), and few replies need one.
  return SIXTEEN_DIGITS.test(text) ? parseWithSource(text, keepDigits) : JSON.parse(text);
}

/** The shortest integer that a double cannot hold, 9007199254740993, has sixteen. */
const SIXTEEN_DIGITS = /\d{16}/;

const keepDigits: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && WHOLE.test(source) && !Number.isSafeInteger(value)
    ? source
    : value;

const WHOLE = /^-?\d+$/;

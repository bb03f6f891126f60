/**
 * What an answer says: the value that was asked for, or a fact for `classify` to judge. The exchange answers errors
 * as {code, msg}, sometimes under status 200; firewalls and load balancers answer with web pages.
 */

import type { ZodMiniType } from 'zod/mini';
import type { WireFact } from '../../core/failure.ts';
import { parseExactly } from './exact-json.ts';
import { pageTitle, type ShownText } from './shown-text.ts';
import { retryAfterMsOf, type WireAnswer } from './wire-answer.ts';

export type Reading<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'fact'; readonly fact: Extract<WireFact, { kind: 'answered' | 'bad-shape' }> };

export interface Reader {
  readonly shown: ShownText;
  /** The exchange's time, for waits that are told as an instant. */
  readonly nowMs: number;
}

/** `schema` describes the success of the operation that was asked. */
export function readAnswer<T>(answer: WireAnswer, schema: ZodMiniType<T>, reader: Reader): Reading<T> {
  const { status, body } = answer;
  const json = parsed(body);
  const code = codeOf(json);
  if (status < 200 || status > 299 || (code !== undefined && code < 0)) {
    const message = reader.shown(messageOf(json, body));
    const retryAfterMs = retryAfterMsOf(answer.headers, message, reader.nowMs);
    return { kind: 'fact', fact: { kind: 'answered', status, code, message, retryAfterMs } };
  }
  const badShape = (detail: string): Reading<T> => ({ kind: 'fact', fact: { kind: 'bad-shape', status, detail } });
  if (json === NOT_JSON)
    return badShape(reader.shown(pageTitle(body) ?? `${body.length} characters that are not whole JSON`));

  const read = schema.safeParse(json);
  if (read.success) return { kind: 'value', value: read.data };
  const [issue] = read.error.issues;
  const where = issue?.path.length ? `at ${issue.path.join('.')}` : 'as a whole';
  return badShape(reader.shown(`the answer is not what was expected ${where}: ${issue?.message ?? 'unreadable'}`));
}

const NOT_JSON = Symbol('not JSON');

function parsed(body: string): unknown {
  try {
    return parseExactly(body);
  } catch {
    return NOT_JSON;
  }
}

/** `code` is a number on most pages and a string on some (Cancel Algo Order). */
function codeOf(json: unknown): number | undefined {
  const code = field(json, 'code');
  if (typeof code === 'number') return code;
  return typeof code === 'string' && /^-?\d+$/.test(code) ? Number(code) : undefined;
}

function messageOf(json: unknown, body: string): string {
  const message = field(json, 'msg');
  if (typeof message === 'string' && message !== '') return message;
  return pageTitle(body) ?? (body.trim() || 'an empty answer');
}

function field(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? Reflect.get(json, name) : undefined;
}

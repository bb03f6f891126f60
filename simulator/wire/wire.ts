/** A request and an answer of the wire, without sockets, and the JSON of answers. */

import type { Refusal } from '../engine/rules/refusal.ts';

export interface WireRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Raw, as sent, without the question mark: these bytes are signed. */
  readonly query: string;
  /** Raw. */
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export type WireReply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The connection ends without an answer. */
  | { readonly kind: 'reset' }
  /** No answer, ever. */
  | { readonly kind: 'hang' };

export type WireAnswer = Extract<WireReply, { kind: 'reply' }>;

/** A value that is JSON already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return {
    kind: 'reply',
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: body instanceof JsonText ? body.text : JSON.stringify(body),
  };
}

/** The answer of a refusal. */
export const refusalAnswer = (
  refusal: Refusal,
  headers: Readonly<Record<string, string>> = {},
  status = refusal.status,
): WireAnswer => jsonAnswer(status, { code: refusal.code, msg: refusal.message }, { ...headers, ...refusal.headers });

/** When and where an answer is made. */
export interface RequestMoment {
  /** The exchange's time. */
  readonly timeMs: number;
  readonly method: string;
  readonly path: string;
  readonly ip: string;
  /** The limit of the address at this host. */
  readonly weightPerMinute: number;
}

/**
 * Order IDs are JSON numbers and may exceed 2^53. JSON.rawJSON writes all their digits; a client that reads them with
 * JSON.parse loses the last ones.
 */
const json: typeof JSON & { rawJSON?(text: string): unknown } = JSON;

/** A JSON number of exactly these digits, for JSON.stringify. */
export function exactNumber(digits: string): unknown {
  return json.rawJSON === undefined ? Number(digits) : json.rawJSON(digits);
}

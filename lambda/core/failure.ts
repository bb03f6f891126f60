/**
 * What we know after a failure, and what follows from it.
 *
 *   refused    the exchange said no: not executed
 *   throttled  not executed, wait
 *   unreached  certainly not executed: the request never arrived
 *   unknown    may have executed: look before doing anything again
 *   forbidden  key, IP, permission, location, ban: no request of ours will pass
 *
 * Retryability belongs to the pair (operation, failure), never to the failure alone: `nextStep` decides.
 */

import type { Verdict } from './knowledge.ts';
import { reasonOfCode } from './venue-codes.ts';

export interface Failure extends Verdict {
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** The exchange's own code (-NNNN), when there was one. */
  readonly exchangeCode?: number;
  /** For people. Rebuilt by us: never a key, a signature or a URL. */
  readonly message: string;
  /** How long the exchange told us to wait. */
  readonly retryAfterMs?: number;
}

/** What an adapter saw at the wire, before judgement. */
export type WireFact =
  /** The connection was never made: refused, host unknown, TLS failed. */
  | { readonly kind: 'not-connected'; readonly detail: string }
  /** Sent, and no usable answer: our timeout, a reset, a cut-off. */
  | { readonly kind: 'no-answer'; readonly detail: string }
  /** We gave up before sending (no time left, aborted). */
  | { readonly kind: 'not-sent'; readonly detail: string }
  /** A success status whose body is not what the operation answers. */
  | { readonly kind: 'bad-shape'; readonly status: number; readonly detail: string }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly code: number | undefined;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
    };

/** Judges what was seen at the wire. `message` texts are the exchange's General Info and Error Codes pages'. */
export function classify(fact: WireFact): Failure {
  switch (fact.kind) {
    case 'not-sent':
      return { knowledge: 'unreached', reason: 'not-sent', message: fact.detail };
    case 'not-connected':
      return { knowledge: 'unreached', reason: 'unreachable', message: fact.detail };
    case 'no-answer':
      return { knowledge: 'unknown', reason: 'no-answer', message: fact.detail };
    case 'bad-shape':
      return { knowledge: 'unknown', reason: 'bad-reply', status: fact.status, message: fact.detail };
    case 'answered':
      return judgeAnswer(fact);
  }
}

type Answered = Extract<WireFact, { kind: 'answered' }>;

function judgeAnswer(fact: Answered): Failure {
  const verdict = verdictOf(fact);
  return {
    ...verdict,
    status: fact.status,
    message: fact.message,
    ...(fact.code === undefined ? {} : { exchangeCode: fact.code }),
    ...(fact.retryAfterMs === undefined ? {} : { retryAfterMs: fact.retryAfterMs }),
  };
}

/** The status speaks first where it is unmistakable; then the code; then what a bare status allows us to say. */
function verdictOf({ status, code, message }: Answered): Verdict {
  if (status === 451) return { knowledge: 'forbidden', reason: 'location' };
  if (status === 418) return { knowledge: 'forbidden', reason: 'ip-ban' };
  if (status === 429) return { knowledge: 'throttled', reason: code === -1015 ? 'order-limit' : 'weight-limit' };
  if (code === -1003) return /banned/i.test(message) ? BANNED : { knowledge: 'throttled', reason: 'weight-limit' };
  if (status === 503) return judgeUnavailable(code, message);
  if (code !== undefined && code !== 0) return reasonOfCode(code) ?? unforeseen(status);
  if (status === 403) return { knowledge: 'forbidden', reason: 'firewall' };
  if (status === 401) return { knowledge: 'forbidden', reason: 'key' };
  if (status >= 500 || status === 408) return { knowledge: 'unknown', reason: 'server-error' };
  return unforeseen(status);
}

const BANNED = { knowledge: 'forbidden', reason: 'ip-ban' } as const;

/** A 503 means four things (General Info, "HTTP 503"). One that fits none of them may have executed. */
function judgeUnavailable(code: number | undefined, message: string): Verdict {
  if (code === -1008 || /throttled by system-level protection/i.test(message)) return OVERLOADED;
  if (/^service unavailable\.?$/i.test(message.trim())) return OVERLOADED;
  return { knowledge: 'unknown', reason: 'server-error' };
}

const OVERLOADED = { knowledge: 'throttled', reason: 'overloaded' } as const;

/** A 4xx is a no, whatever its code; anything else that is not a success may have executed. */
function unforeseen(status: number): Verdict {
  return { knowledge: status >= 400 && status < 500 ? 'refused' : 'unknown', reason: 'unforeseen' };
}

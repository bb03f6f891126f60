/**
 * The effects of each scripted fault (engine/rules/fault.ts) on a request. respond.ts applies them in this order:
 *
 *   delayOnTheWay ─ ARRIVE ─ delayBefore ─ happen ─ before (instead of all that follows) ─ EXECUTE
 *     ─ after (instead of the answer) ─ hold (a 429 or 418 that lasts) ─ delayAfter
 */

import type { Fault, HttpFault } from '../engine/rules/fault.ts';
import type { Hit } from '../engine/rules/fault-script.ts';
import { type Hold, holdRefusal } from '../engine/rules/hold.ts';
import { Refusal, refusal, sentenceOf } from '../engine/rules/refusal.ts';
import type { RequestMoment } from './answer-time.ts';
import { keyRefusal } from './authenticate.ts';
import { changeRows } from './change-rows.ts';
import { noSuchPath, type OrderScript } from './endpoint.ts';
import { holdOfAnswer, holdOfFault, lasting } from './scripted-hold.ts';
import { jsonAnswer, refusalAnswer, type WireAnswer, type WireReply } from './wire.ts';

export interface Effect {
  readonly delayOnTheWayMs?: number;
  readonly delayBeforeMs?: number;
  readonly delayAfterMs?: number;
  /** The answer in place of the exchange's; nothing is executed. */
  readonly before?: (at: RequestMoment) => WireReply;
  /** What happens in the account just before the request is, or would be, executed. */
  readonly happen?: Extract<Fault, { kind: 'fill-during-cancel' | 'trigger-now' | 'late-position' | 'others-close' }>;
  readonly fillRatio?: string;
  readonly refusal?: OrderScript['refusals'][number];
  /** The window or ban that starts with the answer. */
  readonly hold?: (at: RequestMoment) => Hold | undefined;
  /** Replaces the answer of an executed request. */
  readonly after?: (real: WireAnswer, at: RequestMoment) => WireReply;
}

export function effectOf({ fault, on }: Hit): Effect {
  switch (fault.kind) {
    case 'delay':
      return delay(fault);
    case 'hang-before':
      return { before: () => ({ kind: 'hang' }) };
    case 'hang-after':
      return { after: () => ({ kind: 'hang' }) };
    case 'reset-before':
      return { before: () => ({ kind: 'reset' }) };
    case 'reset-after':
      return { after: () => ({ kind: 'reset' }) };
    case 'http':
      return { before: () => httpAnswer(fault), hold: at => holdOfAnswer(fault, at) };
    case 'http-after':
      return { after: () => httpAnswer(fault), hold: at => holdOfAnswer(fault, at) };
    case '503-unknown':
      return instead(fault.executed, ({ path, timeMs }) =>
        fault.shape === 'path'
          ? jsonAnswer(503, { timestamp: timeMs, path, msg: UNKNOWN })
          : jsonAnswer(503, { msg: UNKNOWN }),
      );
    case '503-unavailable':
      return instead(false, () => unavailable('Service Unavailable.'));
    case '503-internal':
      return instead(fault.executed, () =>
        unavailable('Internal error; unable to process your request. Please try again.', -1001),
      );
    case '503-throttled':
      return instead(false, () => unavailable(THROTTLED, -1008));
    case '503-no-code':
      return instead(fault.executed, ({ path, timeMs }) =>
        jsonAnswer(503, { timestamp: timeMs, path, msg: 'Service is temporarily not available.' }),
      );
    case 'gone-404':
      return { before: at => refusalAnswer(noSuchPath(at)) };
    case 'key-refused':
      return { before: at => refusalAnswer(keyRefusal({ status: 401, code: -2015, ...fault }, at.ip)) };
    case 'busy-1004':
      return { before: () => refusalAnswer(refusal(-1004), {}, fault.status ?? 400) };
    case 'change-rows':
      return { after: real => changeRows(real, fault) };
    case 'html-403':
      return { before: () => html(403, 'ERROR: The request could not be satisfied. Request blocked.') };
    case 'html-502':
      return instead(fault.executed, () => html(502, '502 Bad Gateway'));
    case 'html-503':
      return instead(fault.executed, () => html(503, '503 Service Temporarily Unavailable'));
    case 'geo-451':
      return { before: () => jsonAnswer(451, { code: 0, msg: RESTRICTED }) };
    case 'banned-418':
    case 'limited-429':
      return { before: at => refusalAnswer(holdRefusal(holdOfFault(fault, at), at.timeMs)), hold: lasting(fault) };
    case 'truncated-json':
      return { after: real => ({ ...real, body: real.body.slice(0, Math.floor(real.body.length / 2)) }) };
    case 'error-in-200':
      return instead(fault.executed, () =>
        jsonAnswer(200, {
          code: fault.code ?? -1000,
          msg: fault.msg ?? 'An unknown error occurred while processing the request.',
        }),
      );
    case 'string-code':
      return { after: withStringCode };
    case 'partial-fill':
      return { fillRatio: String(fault.ratio) };
    case 'fill-during-cancel':
    case 'trigger-now':
    case 'late-position':
    case 'others-close':
      return { happen: fault };
    case 'refuse':
      return {
        refusal: {
          on,
          refusal: new Refusal(fault.code, fault.msg ?? sentenceOf(fault.code) ?? 'Refused.', fault.status ?? 400),
        },
      };
  }
}

function delay({ ms, when = 'before' }: Extract<Fault, { kind: 'delay' }>): Effect {
  if (when === 'on-the-way') return { delayOnTheWayMs: ms };
  return when === 'after' ? { delayAfterMs: ms } : { delayBeforeMs: ms };
}

const UNKNOWN = 'Unknown error, please check your request or try again later.';

const THROTTLED =
  'Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.';

const RESTRICTED =
  "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. " +
  'Please contact customer service if you believe you received this message in error.';

function instead(executed: boolean | undefined, answer: (at: RequestMoment) => WireReply): Effect {
  return executed === true ? { after: (_real, at) => answer(at) } : { before: answer };
}

function httpAnswer(fault: HttpFault): WireReply {
  const headers = fault.headers ?? {};
  if (fault.body !== undefined) return { kind: 'reply', status: fault.status, headers, body: fault.body };
  return jsonAnswer(fault.status, { code: fault.code ?? -1000, msg: fault.msg ?? 'Scripted error.' }, headers);
}

/** The 503 page of "General Info": a sentence, and a code only where one is documented. */
function unavailable(msg: string, code?: number): WireReply {
  return jsonAnswer(503, code === undefined ? { msg } : { code, msg });
}

function html(status: number, text: string): WireReply {
  return {
    kind: 'reply',
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html>\n<head><title>${text}</title></head>\n<body><center><h1>${text}</h1></center></body>\n</html>\n`,
  };
}

function withStringCode(real: WireAnswer): WireReply {
  return { ...real, body: real.body.replace(/^\{"code":(-?\d+)/, '{"code":"$1"') };
}

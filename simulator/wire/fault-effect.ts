/**
 * The effects of each scripted fault (engine/rules/fault.ts) on a request. respond.ts applies them in this order:
 *
 *   delayOnTheWay ─ ARRIVE ─ delayBefore ─ happen ─ before (instead of all that follows) ─ EXECUTE
 *     ─ after (instead of the answer) ─ hold (a 429 or 418 that lasts) ─ delayAfter
 */

import type { Fault, HttpFault } from '../engine/rules/fault.ts';
import type { Hit } from '../engine/rules/fault-script.ts';
import { type Hold, holdRefusal } from '../engine/rules/hold.ts';
import { Refusal, refusalOf, sentenceOf } from '../engine/rules/refusal.ts';
import { keyRefusal } from './authenticate.ts';
import { changeRows } from './change-rows.ts';
import { noSuchPath, type OrderScript } from './endpoint.ts';
import { holdOfAnswer, holdOfFault, lasting, type ScriptedHold } from './scripted-hold.ts';
import { jsonAnswer, type RequestMoment, refusalAnswer, type WireAnswer, type WireReply } from './wire.ts';

export interface Effect {
  readonly delayOnTheWayMs?: number;
  readonly delayBeforeMs?: number;
  readonly delayAfterMs?: number;
  /** The answer in place of the exchange's; nothing is executed. */
  readonly before?: (at: RequestMoment) => WireReply;
  /** What happens in the account just before the request is, or would be, executed. */
  readonly happen?: Extract<Fault, { kind: 'fill-during-cancel' | 'trigger-now' | 'others-close' }>;
  readonly fillRatio?: string;
  readonly refusal?: OrderScript['refusals'][number];
  /** The window or ban that starts with the answer. */
  readonly hold?: (at: RequestMoment) => Hold | undefined;
  /** Replaces the answer of an executed request. */
  readonly after?: (real: WireAnswer, at: RequestMoment) => WireReply;
}

export const effectOf = ({ fault, on }: Hit): Effect => (EFFECTS[fault.kind] as EffectOf<Fault>)(fault, on);

type EffectOf<F extends Fault> = (fault: F, on: Hit['on']) => Effect;

const HANG = { kind: 'hang' } as const;
const RESET = { kind: 'reset' } as const;

const EFFECTS: { readonly [K in Fault['kind']]: EffectOf<Extract<Fault, { kind: K }>> } = {
  delay: ({ ms, when = 'before' }) => {
    if (when === 'on-the-way') return { delayOnTheWayMs: ms };
    return when === 'after' ? { delayAfterMs: ms } : { delayBeforeMs: ms };
  },
  'hang-before': () => ({ before: () => HANG }),
  'hang-after': () => ({ after: () => HANG }),
  'reset-before': () => ({ before: () => RESET }),
  'reset-after': () => ({ after: () => RESET }),
  http: fault => ({ before: () => httpAnswer(fault), hold: at => holdOfAnswer(fault, at) }),
  'http-after': fault => ({ after: () => httpAnswer(fault), hold: at => holdOfAnswer(fault, at) }),
  '503-unknown': ({ executed, shape }) =>
    instead(executed, ({ path, timeMs }) =>
      jsonAnswer(503, shape === 'path' ? { timestamp: timeMs, path, msg: UNKNOWN } : { msg: UNKNOWN }),
    ),
  '503-unavailable': () => instead(false, () => jsonAnswer(503, { msg: 'Service Unavailable.' })),
  '503-internal': ({ executed }) => instead(executed, () => jsonAnswer(503, { code: -1001, msg: INTERNAL })),
  '503-throttled': () => instead(false, () => jsonAnswer(503, { code: -1008, msg: THROTTLED })),
  '503-no-code': ({ executed }) =>
    instead(executed, ({ path, timeMs }) =>
      jsonAnswer(503, { timestamp: timeMs, path, msg: 'Service is temporarily not available.' }),
    ),
  'gone-404': () => ({ before: at => refusalAnswer(noSuchPath(at)) }),
  'key-refused': fault => ({ before: at => refusalAnswer(keyRefusal({ status: 401, code: -2015, ...fault }, at.ip)) }),
  'busy-1004': ({ status = 400 }) => ({ before: () => refusalAnswer(refusalOf(-1004), {}, status) }),
  'change-rows': fault => ({ after: real => changeRows(real, fault) }),
  'html-403': () => ({ before: () => html(403, 'ERROR: The request could not be satisfied. Request blocked.') }),
  'html-502': ({ executed }) => instead(executed, () => html(502, '502 Bad Gateway')),
  'html-503': ({ executed }) => instead(executed, () => html(503, '503 Service Temporarily Unavailable')),
  'geo-451': () => ({ before: () => jsonAnswer(451, { code: 0, msg: RESTRICTED }) }),
  'banned-418': fault => held(fault),
  'limited-429': fault => held(fault),
  'truncated-json': () => ({
    after: real => ({ ...real, body: real.body.slice(0, Math.floor(real.body.length / 2)) }),
  }),
  'error-in-200': ({ executed, code = -1000, msg = 'An unknown error occurred while processing the request.' }) =>
    instead(executed, () => jsonAnswer(200, { code, msg })),
  'string-code': () => ({
    after: real => ({ ...real, body: real.body.replace(/^\{"code":(-?\d+)/, '{"code":"$1"') }),
  }),
  'partial-fill': ({ ratio }) => ({ fillRatio: String(ratio) }),
  'fill-during-cancel': fault => ({ happen: fault }),
  'trigger-now': fault => ({ happen: fault }),
  'others-close': fault => ({ happen: fault }),
  refuse: ({ code, msg = sentenceOf(code) ?? 'Refused.', status = 400 }, on) => ({
    refusal: { on, refusal: new Refusal(code, msg, status) },
  }),
};

const held = (fault: ScriptedHold): Effect => ({
  before: at => refusalAnswer(holdRefusal(holdOfFault(fault, at), at.timeMs)),
  hold: lasting(fault),
});

const INTERNAL = 'Internal error; unable to process your request. Please try again.';

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

function html(status: number, text: string): WireReply {
  return {
    kind: 'reply',
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html>\n<head><title>${text}</title></head>\n<body><center><h1>${text}</h1></center></body>\n</html>\n`,
  };
}

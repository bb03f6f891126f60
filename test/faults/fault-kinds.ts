/**
 * Everything that can go wrong with one request, and what is known after it. Written from the exchange's own pages
 * (USDⓈ-M Futures: "General Info" for HTTP statuses and the texts of a 503, "Error Codes" for the codes), not from
 * the code under test.
 */

import type { Certainty, Reason, Subject } from '../../lambda/core/exchange/failure.ts';
import type { Fault } from '../../simulator/exchange.ts';
import type { NetworkFault } from './network.ts';

export interface FaultKind {
  /** As docs/reliability.md calls it. */
  readonly name: string;
  readonly does: { readonly exchange: Fault } | { readonly network: NetworkFault };
  /** May it have been executed? Undefined: no failure, at most a slow answer. */
  readonly known: Certainty | undefined;
  /** What it speaks about. */
  readonly about: Subject;
  readonly why: Reason | undefined;
  /** The exchange executes the request, whatever the answer is. */
  readonly executed: boolean;
  /** An error code; codes differ in their class only. */
  readonly isCode: boolean;
}

const HTML = '<html><head><title>Error</title></head><body>Please try again.</body></html>';
const UNEXPECTED = '{"unexpected":[1,{"very":null}]}';

const httpFault = (status: number, body: string, executed = false): Fault => ({
  kind: executed ? 'http-after' : 'http',
  status,
  body,
});

type Row = readonly [name: string, does: Fault | NetworkFault, known?: Certainty, why?: Reason, about?: Subject];

/** Longer than an attempt of five seconds lasts, and shorter than one of twenty. */
const OUTLASTS_MS = 4_700;

const WIRE: readonly Row[] = [
  // the network
  ['connection refused', 'refused', 'unreached', 'unreachable'],
  ['host name unknown', 'no-host', 'unreached', 'unreachable'],
  ['TLS handshake fails', 'no-tls', 'unreached', 'unreachable'],
  ['no answer, not executed', { kind: 'hang-before' }, 'unknown', 'no-answer'],
  ['no answer, executed', { kind: 'hang-after' }, 'unknown', 'no-answer'],
  ['connection reset, not executed', { kind: 'reset-before' }, 'unknown', 'no-answer'],
  ['connection reset, executed', { kind: 'reset-after' }, 'unknown', 'no-answer'],
  ['arrives after we gave up', { kind: 'delay', ms: OUTLASTS_MS }, 'unknown', 'no-answer'],
  ['answer after we gave up', { kind: 'delay', ms: OUTLASTS_MS, when: 'after' }, 'unknown', 'no-answer'],
  ['slow by 0.7 s', { kind: 'delay', ms: 700 }],
  ['slow by 1.9 s', { kind: 'delay', ms: 1_900 }],
  ['delivered twice', 'twice'],
  ['delivered again 1 s later', 'again'],
  // answers without meaning
  ['half an answer', { kind: 'truncated-json' }, 'unknown', 'bad-reply'],
  ['empty body', httpFault(200, '', true), 'unknown', 'bad-reply'],
  ['HTML with status 200, not executed', httpFault(200, HTML), 'unknown', 'bad-reply'],
  ['HTML with status 200, executed', httpFault(200, HTML, true), 'unknown', 'bad-reply'],
  ['JSON of another shape, not executed', httpFault(200, UNEXPECTED), 'unknown', 'bad-reply'],
  ['JSON of another shape, executed', httpFault(200, UNEXPECTED, true), 'unknown', 'bad-reply'],
  ['`null` for an answer', httpFault(200, 'null', true), 'unknown', 'bad-reply'],
  ['error inside a 200, not executed', { kind: 'error-in-200', executed: false }, 'unknown', 'server-error'],
  ['error inside a 200, executed', { kind: 'error-in-200', executed: true }, 'unknown', 'server-error'],
  // statuses
  ['302', httpFault(302, HTML), 'unknown', 'unexpected'],
  ['400 without a code', httpFault(400, HTML), 'refused', 'unexpected'],
  ['400 with a code nobody knows', { kind: 'http', status: 400, code: -9999 }, 'refused', 'unexpected'],
  ['401 without a code', httpFault(401, ''), 'refused', 'key', 'key'],
  ['401, -2015', { kind: 'http', status: 401, code: -2015 }, 'refused', 'key', 'key'],
  ['403, HTML of the firewall', { kind: 'html-403' }, 'refused', 'firewall', 'address'],
  ['404', httpFault(404, HTML), 'refused', 'no-such-path', 'path'],
  ['408, -1007, not executed', { kind: 'http', status: 408, code: -1007 }, 'unknown', 'server-error'],
  ['408, -1007, executed', { kind: 'http-after', status: 408, code: -1007 }, 'unknown', 'server-error'],
  ['418, banned', { kind: 'banned-418', retryAfterSeconds: 45 }, 'throttled', 'ip-ban', 'address'],
  ['429 with Retry-After', { kind: 'limited-429', retryAfterSeconds: 1 }, 'throttled', 'weight-limit', 'address'],
  ['429 without Retry-After', { kind: 'http', status: 429, code: -1003 }, 'throttled', 'weight-limit', 'address'],
  ['429, -1015', { kind: 'http', status: 429, code: -1015 }, 'throttled', 'order-limit', 'account'],
  ['451, location', { kind: 'geo-451' }, 'refused', 'location', 'address'],
  ['500, HTML', httpFault(500, HTML), 'unknown', 'server-error'],
  ['502, HTML, not executed', { kind: 'html-502', executed: false }, 'unknown', 'server-error'],
  ['502, HTML, executed', { kind: 'html-502', executed: true }, 'unknown', 'server-error'],
  ['503 “Unknown error”, not executed', { kind: '503-unknown', executed: false }, 'unknown', 'server-error'],
  ['503 “Unknown error”, executed', { kind: '503-unknown', executed: true }, 'unknown', 'server-error'],
  ['503 “Service Unavailable.”', { kind: '503-unavailable' }, 'throttled', 'overloaded'],
  ['503 “Internal error”, not executed', { kind: '503-internal', executed: false }, 'unknown', 'server-error'],
  ['503 “Internal error”, executed', { kind: '503-internal', executed: true }, 'unknown', 'server-error'],
  ['503, -1008', { kind: '503-throttled', forced: true }, 'throttled', 'overloaded'],
  ['503 without a code, not executed', { kind: '503-no-code', executed: false }, 'unknown', 'server-error'],
  ['503 without a code, executed', { kind: '503-no-code', executed: true }, 'unknown', 'server-error'],
  ['503, HTML, not executed', { kind: 'html-503', executed: false }, 'unknown', 'server-error'],
  ['503, HTML, executed', { kind: 'html-503', executed: true }, 'unknown', 'server-error'],
  ['504, HTML, executed', httpFault(504, HTML, true), 'unknown', 'server-error'],
];

/** The codes of "Error Codes" that a read, a cancel or a close can get, by what is known after them. */
const CODES: readonly (readonly [known: Certainty, about: Subject, why: Reason, codes: readonly number[]])[] = [
  ['unknown', 'request', 'server-error', [-1000, -1001, -1006, -1007, -4083]],
  ['throttled', 'address', 'weight-limit', [-1003]],
  // -1004: "Server is busy, please wait and try again".
  ['throttled', 'request', 'overloaded', [-1004, -1008, -5041]],
  ['throttled', 'account', 'order-limit', [-1015]],
  ['refused', 'request', 'clock', [-1021]],
  ['refused', 'target', 'window', [-5028]],
  ['refused', 'key', 'key', [-1002, -1005, -1011, -1022, -1099, -2008, -2014, -2015, -2017, -4056, -4057]],
  ['refused', 'account', 'account-blocked', [-1109, -1110, -4088, -4109, -4192]],
  ['refused', 'target', 'account-blocked', [-2023]],
  ['refused', 'symbol', 'symbol-restricted', [-4402, -4403, -4411]],
  ['refused', 'path', 'no-such-path', [-1016, -5000]],
  ['refused', 'request', 'nothing-there', [-2011, -2013, -20124]],
  ['refused', 'request', 'already-sent', [-4116]],
  ['refused', 'target', 'reduce-only-rejected', [-2022, -2024, -4118]],
  ['refused', 'target', 'too-large', [-4005]],
  ['refused', 'target', 'too-small', [-4003, -4004, -4164]],
  ['refused', 'target', 'too-many-digits', [-1111, -4014, -4023]],
  ['refused', 'target', 'thin-book', [-1112, -2020, -4131, -5021, -5022]],
  ['refused', 'target', 'price-band', [-4016, -4024, -4183, -4184, -4210, -4211]],
  ['refused', 'target', 'mode-mismatch', [-1106, -4060, -4061, -4062]],
  ['refused', 'symbol', 'not-trading', [-1121, -1122, -4022, -4104, -4140, -4141, -4144]],
  ['refused', 'request', 'triggering', [-4117]],
  ['refused', 'symbol', 'too-many-open', [-2025]],
  [
    'refused',
    'target',
    'rejected',
    [...[-1013, -2010, -2012, -2018, -2019, -2027, -2028], ...[-4087, -4400, -4401, -4408]],
  ],
  [
    'refused',
    'request',
    'our-bug',
    [
      ...[-1010, -1014, -1020, -1100, -1101, -1102, -1103, -1104, -1105, -1108, -1114, -1115, -1116, -1117, -1118],
      ...[-1119, -1128, -1130, -1136, -2021, -2026, -4015, -4032, -4082, -4120, -4136, -4137, -4138, -4139],
    ],
  ],
  ['refused', 'request', 'unexpected', [-4045, -4067, -4068, -4531]],
];

export const FAULT_KINDS: readonly FaultKind[] = [
  ...WIRE.map(([name, does, known, why, about = 'request']) => ({
    ...{ name, known, about, why, isCode: false, executed: isExecuted(does) },
    does: typeof does === 'string' ? { network: does } : { exchange: does },
  })),
  ...CODES.flatMap(([known, about, why, codes]) =>
    codes.map(code => ({
      ...{ name: String(code), known, about, why, isCode: true, executed: false },
      does: { exchange: { kind: 'http', status: code === -1008 ? 503 : 400, code } as const },
    })),
  ),
];

function isExecuted(does: Fault | NetworkFault): boolean {
  if (typeof does === 'string') return does === 'twice' || does === 'again';
  if ('executed' in does && does.executed === true) return true;
  return ['delay', 'hang-after', 'reset-after', 'http-after', 'truncated-json'].includes(does.kind);
}

/**
 * What a failed answer of the exchange means: whether the request was executed, what the answer applies to, and why. One table of
 * codes, and the rules for what a status or a text says by itself.
 *
 * Sources: Binance, USDⓈ-M Futures, "Error Codes" and "General Info" ([GI]); other pages and reports where named.
 */

import type { Failure } from '../../core/exchange/failure.ts';

type Meaning = Pick<Failure, 'certainty' | 'subject' | 'reason'>;

interface FailedAnswer {
  readonly status: number;
  readonly code: number | undefined;
  readonly message: string;
  /** Firewalls and load balancers answer with web pages, the exchange itself with JSON. */
  readonly isJson: boolean;
}

/** Was it executed, what does the answer apply to, and why. */
type MeaningWords = readonly [certainty: Failure['certainty'], subject: Failure['subject'], reason: Failure['reason']];

/** Each row: a meaning, and the codes that have it. */
type CodeTable = readonly (readonly [...MeaningWords, codes: readonly number[]])[];

const TABLE: CodeTable = [
  // "execution status unknown", or a text that promises nothing about it
  ['unknown', 'request', 'server-error', [-1000, -1001, -1006, -1007, -4083, 51998, 51999]],
  // -1008 [GI, 503]; -1004 "server is busy" (Algo Trading and Portfolio Margin Pro, "Error Codes");
  // -5041 too many requests of this account are queued, which is over as soon as they are worked off (Portfolio Margin)
  ['throttled', 'request', 'overloaded', [-1004, -1008, -5041]],
  ['throttled', 'address', 'weight-limit', [-1003]],
  ['throttled', 'account', 'order-limit', [-1015]],
  ['refused', 'request', 'clock', [-1021]],
  // The matching engine's own check (ME_RECVWINDOW_REJECT); -4188 is the same of COIN-M
  ['refused', 'target', 'window', [-5028, -4188]],
  // -2008 "Invalid Api-Key ID" is on no futures page; answered with status 400 and 401 (ccxt#16777, ccxt#29099)
  ['refused', 'key', 'key', [-1002, -1005, -1011, -1022, -1099, -2008, -2014, -2015, -2017, -4056, -4057]],
  // The exchange is liquidating the account, for seconds: it is no reason to stop
  ['refused', 'target', 'account-blocked', [-2023]],
  // 51068, 51122: Portfolio Margin, "Error Codes"; -4192 cooling-off period
  ['refused', 'account', 'account-blocked', [-1109, -1110, -4088, -4109, -4192, 51068, 51122]],
  // -4402 COMPLIANCE_BLACK_SYMBOL_RESTRICTION, -4403 leverage compliance; -4411 agreement not signed (freqtrade#12900)
  ['refused', 'symbol', 'symbol-restricted', [-4402, -4403, -4411]],
  ['refused', 'symbol', 'not-trading', [-1121, -1122, -4022, -4104, -4140, -4141, -4144]],
  // -5000 "Path …, Method … is invalid"; -1016 service no longer available
  ['refused', 'path', 'no-such-path', [-5000, -1016]],
  // -20124 "Invalid algo id or it has been completed" (Algo Trading, "Error Codes")
  ['refused', 'request', 'nothing-there', [-2011, -2013, -20124]],
  ['refused', 'request', 'already-sent', [-4116]],
  ['refused', 'request', 'triggering', [-4117]],
  ['refused', 'target', 'reduce-only-rejected', [-2022, -2024, -4118]],
  ['refused', 'target', 'too-large', [-4005]],
  ['refused', 'target', 'too-small', [-4003, -4004, -4164]],
  ['refused', 'target', 'too-many-digits', [-1111, -4014, -4023]],
  ['refused', 'target', 'thin-book', [-1112, -2020, -4131, -5021, -5022]],
  ['refused', 'target', 'mode-mismatch', [-1106, -4060, -4061, -4062]],
  ['refused', 'symbol', 'too-many-open', [-2025]],
  // Price bands of a limit order: the mark has moved, or the band is narrower than documented
  ['refused', 'target', 'price-band', [-4001, -4002, -4013, -4016, -4024, -4183, -4184, -4210, -4211]],
  // Reduce-only demands, by account, by symbol, by side (-4408: ccxt#24717; -4405 to -4519: Portfolio Margin, "Error Codes")
  ['refused', 'target', 'rejected', [-4087, -4400, -4401, -4405, -4407, -4408, -4415, -4517, -4518, -4519]],
  ['refused', 'target', 'rejected', [-1013, -2010, -2012, -2018, -2019, -2027, -2028]],
  ['refused', 'request', 'our-bug', [-1010, -1014, -1020, -1100, -1101, -1102, -1103, -1104, -1105, -1108]],
  ['refused', 'request', 'our-bug', [-1114, -1115, -1116, -1117, -1118, -1119, -1128, -1130, -1131, -1136]],
  ['refused', 'request', 'our-bug', [-2021, -2026, -4015, -4020, -4032, -4082, -4120, -4136, -4137, -4138, -4139]],
];

function meaning(...[certainty, subject, reason]: MeaningWords): Meaning {
  return { certainty, subject, reason };
}

function byCodeOf(table: CodeTable): ReadonlyMap<number, Meaning> {
  return new Map(
    table.flatMap(([certainty, subject, reason, codes]) =>
      codes.map(code => [code, meaning(certainty, subject, reason)] as const),
    ),
  );
}

const BY_CODE = byCodeOf(TABLE);

export type ApiCodes = 'fapi' | 'dapi' | 'papi';

/**
 * COIN-M has numbers of its own for what USDⓈ-M has others (COIN-M, "Error Codes"). After the CM-UM integration it may
 * answer with either. A number that COIN-M does not have means what it means in USDⓈ-M. One that both have means what
 * COIN-M says, unless the text is that of USDⓈ-M: it is about an order, and not about a pair or an interval. Portfolio
 * margin CM trades the same contracts, so it may answer with either as well.
 */
const DAPI_TABLE: CodeTable = [
  ['refused', 'target', 'rejected', [-4089, -4189]],
  ['refused', 'account', 'account-blocked', [-4090]],
  // Its answer during maintenance too (CM-UM Integration Notice, B), so it is no reason to stop
  ['refused', 'target', 'account-blocked', [-1109]],
  ['refused', 'target', 'reduce-only-rejected', [-4112]],
  ['refused', 'target', 'thin-book', [-4113]],
  ['refused', 'target', 'too-small', [-4178]],
];

const BY_DAPI_CODE: ReadonlyMap<number, Meaning> = byCodeOf(DAPI_TABLE);

/** -4087 "invalid pair" and -4088 "invalid time interval" of COIN-M: a request that was made wrongly. */
const MADE_WRONGLY = meaning('refused', 'request', 'our-bug');

function meaningOfCode(code: number | undefined, message: string, codes: ApiCodes): Meaning | undefined {
  if (code === undefined) return undefined;
  if (codes === 'fapi') return BY_CODE.get(code);
  if (codes === 'papi') return BY_CODE.get(code) ?? BY_DAPI_CODE.get(code);
  if ((code === -4087 || code === -4088) && !/\border\b/i.test(message)) return MADE_WRONGLY;
  return BY_DAPI_CODE.get(code) ?? BY_CODE.get(code);
}

const IP_BAN = meaning('throttled', 'address', 'ip-ban');
const LOCATION = meaning('refused', 'address', 'location');
const WEIGHT_LIMIT = meaning('throttled', 'address', 'weight-limit');
const OVERLOADED = meaning('throttled', 'request', 'overloaded');
const SERVER_ERROR = meaning('unknown', 'request', 'server-error');
const FIREWALL = meaning('refused', 'address', 'firewall');
const KEY = meaning('refused', 'key', 'key');
const NO_SUCH_PATH = meaning('refused', 'path', 'no-such-path');

/** An unambiguous status decides; then the code; then what the status alone can say. */
export function meaningOf(answer: FailedAnswer, codes: ApiCodes = 'fapi'): Meaning {
  const { status, code, message } = answer;
  const byCode = meaningOfCode(code, message, codes);
  if (status === 451) return LOCATION;
  if (status === 418) return IP_BAN;
  if (code === -1003 && /\bbanned\b/i.test(message)) return IP_BAN;
  // A 429 is a limit whatever its code; the code may say which one.
  if (status === 429) return byCode?.certainty === 'throttled' ? byCode : WEIGHT_LIMIT;
  if (status === 503) return unavailable(answer);
  // A gateway that turns a request away has not executed it, whatever the text within says.
  return byCode === undefined || (NEVER_EXECUTED.has(status) && byCode.certainty === 'unknown')
    ? byStatus(answer)
    : byCode;
}

const NEVER_EXECUTED: ReadonlySet<number> = new Set([401, 403, 404, 405, 410]);

/** A 503 means four things [GI]. One that fits none of them may have been executed. */
function unavailable({ code, message }: FailedAnswer): Meaning {
  if (code === -1008 || code === -1004 || /throttled by system-level protection/i.test(message)) return OVERLOADED;
  return /^service unavailable\.?$/i.test(message.trim()) ? OVERLOADED : SERVER_ERROR;
}

/** A 4xx is a no, whatever its code; anything else that is no success may have been executed. */
function byStatus({ status, isJson }: FailedAnswer): Meaning {
  if (status === 401) return KEY;
  // The firewall answers with its own page, which is about the address; JSON comes from behind it, and is about this path.
  if (status === 403) return isJson ? NO_SUCH_PATH : FIREWALL;
  if (status === 404 || status === 405 || status === 410) return NO_SUCH_PATH;
  if (status >= 500 || status === 408) return SERVER_ERROR;
  return meaning(status >= 400 && status < 500 ? 'refused' : 'unknown', 'request', 'unexpected');
}

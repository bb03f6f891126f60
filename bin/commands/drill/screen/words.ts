/** How the drill says numbers and names to people. */

import type { JournalEntry } from '../../../../simulator/exchange.ts';

/** Keeps a number and its unit on one line; the sink of the screen makes an ordinary space of it. */
export const NO_BREAK = '\u00a0';

/** 340 µs, 21 ms, 1.3 s, 64 s. */
export function duration(ms: number): string {
  const [number, unit] = numberAndUnit(ms);
  return `${number}${NO_BREAK}${unit}`;
}

function numberAndUnit(ms: number): readonly [string | number, string] {
  if (ms > 0 && ms < 0.9995) return [Math.round(ms * 1_000), 'µs'];
  if (ms < 999.5) return [Math.round(ms), 'ms'];
  return [ms < 9_950 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000), 's'];
}

/** Seconds with three digits, for columns: `0.021`. */
export const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

/** How long the caller waited: the way to the venue is half a round trip, and the journal begins at its end. */
export const latencyOf = ({ receivedAtMs, answeredAtMs }: JournalEntry, rttMs: number): number | undefined =>
  answeredAtMs === undefined ? undefined : answeredAtMs - receivedAtMs + rttMs / 2;

/** `1 order`, `2 orders`, `no order`. */
export function count(number: number, what: string): string {
  if (number === 1) return `1 ${what}`;
  return number === 0 ? `no ${what}` : `${number} ${what}s`;
}

export type RequestKind = 'look' | 'cancel' | 'close' | 'ask';

/** What a request is about, by verb and path. */
export function kindOf({ method, path }: Pick<JournalEntry, 'method' | 'path'>): RequestKind {
  if (method === 'DELETE') return 'cancel';
  if (method === 'POST') return isTestOrder({ path }) ? 'ask' : 'close';
  return LOOKS.test(path) ? 'look' : 'ask';
}

/** Binance, "New Order Test": validated, and not sent into the matching engine. */
export const isTestOrder = ({ path }: Pick<JournalEntry, 'path'>): boolean => path.endsWith('/order/test');

/** Positions and lists of orders, of every market; the account page of COIN-M shows positions too. */
const LOOKS =
  /^\/[fdp]api\/.*\/(?:positionRisk|openOrders|openAlgoOrders)$|^\/dapi\/v1\/account$|^\/papi\/v1\/cm\/account$/;

/** How the venue answered: `200`, `503`, `400 (-2022)`, `no answer`. */
export function replyOf({ status, code, executed }: JournalEntry): string {
  if (status === undefined) return executed ? 'executed, but no answer' : 'no answer';
  const said = code === undefined ? String(status) : `${status} (${code})`;
  return status !== 200 && executed ? `executed, but answered ${said}` : said;
}

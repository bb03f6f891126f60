/** Names for the requests of the exchange's journal. */

import type { JournalEntry } from '../../../../simulator/exchange.ts';

/** How long the caller waited: the journal starts half a round trip after the request was sent. */
export const latencyOf = ({ receivedAtMs, answeredAtMs }: JournalEntry, rttMs: number): number | undefined =>
  answeredAtMs === undefined ? undefined : answeredAtMs - receivedAtMs + rttMs / 2;

type RequestPurpose = 'read' | 'cancel' | 'close' | 'ask';

/** The kind of a request, by method and path. */
export function purposeOf({ method, path }: Pick<JournalEntry, 'method' | 'path'>): RequestPurpose {
  if (method === 'DELETE') return 'cancel';
  if (method === 'POST') return isTestOrder({ path }) ? 'ask' : 'close';
  return READS.test(path) ? 'read' : 'ask';
}

/** Binance, "New Order Test": validated, and not sent into the matching engine. */
export const isTestOrder = ({ path }: Pick<JournalEntry, 'path'>): boolean => path.endsWith('/order/test');

/** Positions and lists of orders, of every market; the account page of COIN-M shows positions too. */
const READS =
  /^\/[fdp]api\/.*\/(?:positionRisk|openOrders|openAlgoOrders)$|^\/dapi\/v1\/account$|^\/papi\/v1\/cm\/account$/;

/** The exchange's answer: `200`, `503`, `400 (-2022)`, `no answer`. */
export function replyText({ status, code, executed }: JournalEntry): string {
  if (status === undefined) return executed ? 'executed, but no answer' : 'no answer';
  const said = code === undefined ? String(status) : `${status} (${code})`;
  return status !== 200 && executed ? `executed, but answered ${said}` : said;
}

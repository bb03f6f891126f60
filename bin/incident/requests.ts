/** Every recorded request to the exchange, in time order: its purpose and its answer. */

import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import { type Fields, numberOf, rowsOf, textOf } from '../../lambda/core/text/fields.ts';

/** The words are for people. */
export const PURPOSE_WORDS = { read: 'read', cancel: 'cancel', close: 'close', ask: 'query' } as const;
export type Purpose = keyof typeof PURPOSE_WORDS;

/**
 * `unknown`: the exchange answered 5xx, so the request may have been executed. `no-answer`: no answer came, with the same
 * consequence.
 */
export type RequestResult = 'ok' | 'refused' | 'throttled' | 'forbidden' | 'unknown' | 'no-answer';

export type IncidentRequest = Readonly<ReturnType<typeof readRequest>>;

/** `events` in time order. */
export function readRequests(events: readonly IncidentEvent[]): readonly IncidentRequest[] {
  const reads = events.filter(({ type }) => type === 'liquidation_positions_queried');
  return events
    .flatMap(event => {
      const own = rowsOf(event.data.requests).map(row => readRequest(event, row, purposeOf(event), reads));
      const others = rowsOf(event.data.other_requests).map(row => readRequest(event, row, purposeByVerb(row), reads));
      return [...own, ...others];
    })
    .toSorted((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0));
}

function readRequest(event: IncidentEvent, row: Fields, purpose: Purpose, reads: readonly IncidentEvent[]) {
  const startedAtMs = numberOf(row.started_at_ms);
  const status = numberOf(row.status);
  const code = numberOf(row.code);
  return {
    writer: event.writer,
    attempt: event.attempt,
    /** Round of its attempt, 1 for the first; 0 before the end of the first read and when unknown. */
    round: roundOf(event, startedAtMs ?? event.atMs, reads),
    /** Undefined: the whole account. */
    symbol: event.symbol,
    purpose,
    method: textOf(row.method) ?? '?',
    path: textOf(row.path) ?? '?',
    /** Epoch ms; undefined when the item has no time. */
    startedAtMs,
    latencyMs: numberOf(row.latency_ms),
    status,
    /** Binance's error code, such as -2022. */
    code,
    result: resultOf(status, code),
    doubtful: event.doubtful,
  };
}

function purposeOf({ operation }: IncidentEvent): Purpose {
  if (operation === 'observe') return 'read';
  return operation === 'cancel' || operation === 'close' ? operation : 'ask';
}

/** For a request whose reason is not known. */
export function purposeByVerb({ method, path }: { readonly method?: unknown; readonly path?: unknown }): Purpose {
  if (method === 'DELETE') return 'cancel';
  return method === 'POST' && !String(path).endsWith(TEST_ORDER) ? 'close' : 'ask';
}

/** Binance, "New Order Test": validated, and not sent into the matching engine. */
export const TEST_ORDER = '/order/test';

/** A read records its round; a later request belongs to the round of the last read that had ended when it started. */
function roundOf(event: IncidentEvent, startedAtMs: number | undefined, reads: readonly IncidentEvent[]): number {
  const own = numberOf(event.data.round);
  if (own !== undefined) return own;
  if (startedAtMs === undefined) return 0;
  const before = reads.findLast(
    read =>
      read.writer === event.writer && (endOfRead(read) ?? Number.POSITIVE_INFINITY) <= startedAtMs + CLOCK_GRAIN_MS,
  );
  return numberOf(before?.data.round) ?? 0;
}

/** When its last list arrived. Its item may be written later, when the first order has already been sent. */
function endOfRead({ atMs, data }: IncidentEvent): number | undefined {
  const ends = rowsOf(data.requests).map(
    row => (numberOf(row.started_at_ms) ?? Number.NaN) + (numberOf(row.latency_ms) ?? 0),
  );
  const last = Math.max(...ends.filter(Number.isFinite));
  return atMs === undefined || last === Number.NEGATIVE_INFINITY ? atMs : Math.min(atMs, last);
}

/** Instants in the audit log are truncated to microseconds, start times of requests are rounded to them. */
const CLOCK_GRAIN_MS = 0.002;

/** Binance, "General Info", HTTP return codes: 403 firewall, 418 banned, 429 limit, 451 location, 5xx outcome unknown. */
function resultOf(status: number | undefined, code: number | undefined): RequestResult {
  if (status === undefined) return 'no-answer';
  if (status === 429 || status === 418) return 'throttled';
  if (status === 401 || status === 403 || status === 451) return 'forbidden';
  if (status === 408 || status >= 500) return 'unknown';
  return status >= 200 && status < 300 && (code === undefined || code >= 0) ? 'ok' : 'refused';
}

/** `200`, `400 (-2022)`; empty where no answer came. */
export const answerText = ({ status, code }: Pick<IncidentRequest, 'status' | 'code'>): string =>
  status === undefined ? '' : `${status}${code === undefined ? '' : ` (${code})`}`;

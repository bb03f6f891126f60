/** Errors, each kind once: how often, whether it was resolved, and the heading of its guide. */

import type { Answer } from '../../lambda/contract.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';
import { type Fields, fieldsOf, numberOf, rowsOf, textOf } from '../../lambda/core/text/fields.ts';

export interface IncidentError {
  /** A code of lambda/core/invocation/error-codes.ts, unless it was tampered with. */
  readonly code: string;
  readonly message: string;
  /** Of docs/troubleshooting.md. */
  readonly heading: string | undefined;
  readonly symbol: string | undefined;
  /** The known effect at the exchange. */
  readonly known: string | undefined;
  readonly exchangeCode: number | undefined;
  readonly httpStatus: number | undefined;
  /** The number of events with it; 0 when only the answer has it. */
  readonly times: number;
  readonly firstAtMs: number | undefined;
  readonly lastAtMs: number | undefined;
  /** It is among the errors of the last answer: it was not resolved. */
  readonly standing: boolean;
}

/** In order of their first appearance; errors that only the answer has come last. */
export function readErrors(events: readonly IncidentEvent[], answer: Answer | undefined): readonly IncidentError[] {
  const errors = new Map<string, IncidentError>();
  const add = (row: Fields, symbol: string | undefined, atMs: number | undefined, fromAnswer: boolean): void => {
    const one = readError(row, symbol);
    const key = `${one.code}|${one.symbol ?? ''}`;
    const before = errors.get(key);
    errors.set(key, {
      ...(before ?? one),
      message: one.message,
      times: (before?.times ?? 0) + (fromAnswer ? 0 : 1),
      firstAtMs: before?.firstAtMs ?? atMs,
      lastAtMs: atMs ?? before?.lastAtMs,
      standing: fromAnswer || (before?.standing ?? false),
    });
  };
  for (const { type, error, symbol, atMs, data } of events) {
    // A final event repeats the errors of its answer; those of the last answer are added below.
    if (/^liquidation_(completed|partial|failed)$/.test(type) && 'errors' in data) continue;
    if (error !== undefined) add(error, symbol, atMs, false);
  }
  const last = events.findLast(({ data }) => 'errors' in data);
  for (const row of rowsOf(answer?.errors ?? last?.data.errors)) add(row, undefined, undefined, true);
  return [...errors.values()];
}

export const readWarnings = (answer: Answer | undefined): readonly IncidentError[] =>
  rowsOf(answer?.warnings).map(row => readError(row, undefined));

function readError(row: Fields, symbol: string | undefined): IncidentError {
  const code = textOf(row.code) ?? '?';
  return {
    code,
    message: textOf(row.message) ?? '',
    heading: textOf(row.heading) ?? textOf(fieldsOf(fieldsOf(ERROR_CODES)[code]).heading),
    symbol: textOf(row.symbol) ?? symbol,
    known: textOf(row.known),
    exchangeCode: numberOf(row.exchange_code),
    httpStatus: numberOf(row.http_status),
    times: 0,
    firstAtMs: undefined,
    lastAtMs: undefined,
    standing: false,
  };
}

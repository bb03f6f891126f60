/** Errors, each kind once: how often, whether it was resolved, and the heading of its guide. */

import type { Answer } from '../../lambda/contract.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';
import { type Fields, fieldsOf, numberOf, rowsOf, textOf } from '../../lambda/core/text/fields.ts';

export type IncidentError = Readonly<ReturnType<typeof readError>>;

/** In order of their first appearance; errors that only the answer has come last. */
export function readErrors(events: readonly IncidentEvent[], answer: Answer | undefined): readonly IncidentError[] {
  const errors = new Map<string, IncidentError>();
  const add = (row: Fields, symbol: string | undefined, atMs: number | undefined, fromAnswer: boolean): void => {
    const one = readError(row, symbol, atMs);
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
  rowsOf(answer?.warnings).map(row => readError(row));

function readError(row: Fields, symbol?: string, atMs?: number) {
  const code = textOf(row.code) ?? '?';
  return {
    /** A code of lambda/core/invocation/error-codes.ts, unless it was tampered with. */
    code,
    message: textOf(row.message) ?? '',
    /** Of docs/troubleshooting.md. */
    heading: textOf(row.heading) ?? textOf(fieldsOf(fieldsOf(ERROR_CODES)[code]).heading),
    symbol: textOf(row.symbol) ?? symbol,
    /** The known effect at the exchange. */
    known: textOf(row.known),
    exchangeCode: numberOf(row.exchange_code),
    httpStatus: numberOf(row.http_status),
    /** The number of events with it; 0 when only the answer has it. */
    times: 0,
    firstAtMs: atMs,
    lastAtMs: atMs,
    /** It is among the errors of the last answer: it was not resolved. */
    standing: false,
  };
}

/** Turns a finished call into the port's reply: the value or the failure, and the request as the audit log names it. */

import type { ZodMiniType } from 'zod/mini';
import type { Failure } from '../../core/exchange/failure.ts';
import type { Reply, RequestTrace, Usage } from '../../ports.ts';
import type { Call } from './axios-adapter.ts';
import { type Reader, readAnswer } from './read-answer.ts';
import { usageOf } from './response.ts';
import type { Sanitize } from './sanitize.ts';
import { unexpected } from './wire-failures.ts';

/** Of a thrown error only class and text are shown, sanitized. */
export function replyOf<T>(
  schema: ZodMiniType<T>,
  { request, sent, problem, endedAtMs }: Call,
  reader: Reader,
): Reply<T> {
  const { method = 'GET', path = '', startedAtMs = endedAtMs } = request ?? {};
  const traced = (status: number | undefined, usage: Usage, exchangeCode?: number): RequestTrace => ({
    ...{ method, path, startedAtMs, latencyMs: endedAtMs - startedAtMs, status, exchangeCode, usage },
  });
  const failed = (failure: Failure, usage: Usage = {}): Reply<T> => ({
    ok: false,
    failure,
    trace: traced(failure.status, usage, failure.exchangeCode),
  });
  if (sent === undefined) return failed(unexpected(said(problem, reader.shown), request !== undefined));
  if (sent.kind === 'failure') return failed(sent.failure);

  const usage = usageOf(sent.answer.headers);
  const reading = readAnswer(sent.answer, schema, reader);
  return reading.ok
    ? { ok: true, value: reading.value, trace: traced(sent.answer.status, usage) }
    : failed(reading.failure, usage);
}

function said(problem: unknown, shown: Sanitize): string {
  const text = problem instanceof Error ? `${problem.name}: ${problem.message}` : `a thrown ${typeof problem}`;
  return shown(`unexpected error while asking the exchange: ${text}`);
}

/**
 * One question to the exchange and its reply as a value: asked, read, judged by `classify`, traced. Never throws.
 */

import { classify, type Failure } from '../../core/failure.ts';
import type { CallLimits, Clock, Reply, RequestTrace, Usage } from '../../ports.ts';
import type { Endpoint } from './endpoints.ts';
import type { Transport } from './http-transport.ts';
import type { Params } from './order-params.ts';
import { readAnswer } from './read-answer.ts';
import { sendOnce } from './send-once.ts';
import type { ServerTime } from './server-time.ts';
import type { ShownText } from './shown-text.ts';
import type { Signer } from './signer.ts';
import { usageOf } from './wire-answer.ts';

/** What a request needs of the container it runs in. */
export interface Wire {
  /** Scheme and host, no path. */
  readonly origin: string;
  readonly recvWindowMs: number;
  readonly transport: Transport;
}

/** Who asks, and over what. */
export interface Asker {
  readonly wire: Wire;
  /** The clock of the invocation that is running. */
  readonly clock: () => Clock;
  readonly serverTime: ServerTime;
  readonly apiKey: string;
  readonly sign: Signer;
  readonly shown: ShownText;
}

export async function request<T>(
  asker: Asker,
  endpoint: Endpoint<T>,
  params: Params,
  limits: CallLimits,
): Promise<Reply<T>> {
  const clock = asker.clock();
  const startedAtMs = clock.nowMs();
  const outcome = await exchangeOutcome(asker, endpoint, params, limits, clock).catch(
    (error: unknown): Outcome<T> => ({ status: undefined, usage: {}, failure: unforeseen(error, asker.shown) }),
  );
  const trace: RequestTrace = {
    method: endpoint.method,
    path: endpoint.path,
    startedAtMs,
    latencyMs: clock.nowMs() - startedAtMs,
    status: outcome.status,
    exchangeCode: 'failure' in outcome ? outcome.failure.exchangeCode : undefined,
    usage: outcome.usage,
  };
  return 'failure' in outcome
    ? { ok: false, failure: outcome.failure, trace }
    : { ok: true, value: outcome.value, trace };
}

type Outcome<T> = { readonly status: number | undefined; readonly usage: Usage } & (
  | { readonly value: T }
  | { readonly failure: Failure }
);

async function exchangeOutcome<T>(
  { wire, serverTime, apiKey, sign, shown }: Asker,
  endpoint: Endpoint<T>,
  params: Params,
  limits: CallLimits,
  clock: Clock,
): Promise<Outcome<T>> {
  const { method, path, signed, answer: schema } = endpoint;
  const exchangeNowMs = (): number => clock.nowMs() + serverTime.offsetMs();
  const { origin, recvWindowMs, transport } = wire;
  const own = signed
    ? { apiKey, signing: { sign, timestampMs: exchangeNowMs(), recvWindowMs } }
    : { apiKey: undefined, signing: undefined };
  const sent = await sendOnce(transport, { origin, method, path, params, ...own }, limits, clock);
  switch (sent.kind) {
    case 'fact':
      return { status: undefined, usage: {}, failure: classify(sent.fact) };
    case 'cannot-sign':
      return {
        status: undefined,
        usage: {},
        failure: { knowledge: 'forbidden', reason: 'key', message: sent.error.message },
      };
    case 'answer': {
      const { status, headers } = sent.answer;
      const reading = readAnswer(sent.answer, schema, { shown, nowMs: exchangeNowMs() });
      const usage = usageOf(headers);
      return reading.kind === 'value'
        ? { status, usage, value: reading.value }
        : { status, usage, failure: classify(reading.fact) };
    }
  }
}

/** A bug of ours or of a library. The request may have been sent, so it is unknown what became of it. */
function unforeseen(error: unknown, shown: ShownText): Failure {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : `a thrown ${typeof error}`;
  return {
    knowledge: 'unknown',
    reason: 'unforeseen',
    message: shown(`unforeseen while asking the exchange: ${said}`),
  };
}

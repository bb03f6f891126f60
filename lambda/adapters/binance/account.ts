/**
 * One account at Binance: every method one request, every outcome a value. Nothing is retried and nothing is judged
 * here; the facts go to `classify`.
 */

import { classify, type Failure } from '../../core/failure.ts';
import type { Credentials, ExchangeRules } from '../../core/model.ts';
import type { CallLimits, Clock, Exchange, Reply, RequestTrace, Usage } from '../../ports.ts';
import { ENDPOINTS, type Endpoint } from './endpoints.ts';
import { orderParams, type Params } from './order-params.ts';
import { readAnswer } from './read-answer.ts';
import type { RulesCache } from './rules-cache.ts';
import { sendOnce, type Wire } from './send-once.ts';
import type { ServerTime } from './server-time.ts';
import { type ShownText, shownTextFor } from './shown-text.ts';
import { type Signer, signerFor } from './signer.ts';
import { usageOf } from './wire-answer.ts';

/** What all accounts of a container share. */
export interface Shared {
  readonly wire: Wire;
  readonly clock: () => Clock;
  readonly serverTime: ServerTime;
  readonly rules: RulesCache;
}

export function openAccount(shared: Shared, credentials: Credentials): Exchange {
  const account: Account = {
    shared,
    apiKey: credentials.apiKey,
    sign: signerFor(credentials),
    shown: shownTextFor(credentials),
  };
  const ask = <T>(endpoint: Endpoint<T>, params: Params, limits: CallLimits): Promise<Reply<T>> =>
    request(account, endpoint, params, limits);

  return {
    positions: limits => ask(ENDPOINTS.positions, {}, limits),
    openOrders: limits => ask(ENDPOINTS.openOrders, {}, limits),
    openConditionals: limits => ask(ENDPOINTS.openConditionals, {}, limits),
    cancelOrders: (symbol, limits) => ask(ENDPOINTS.cancelOrders, { symbol }, limits),
    cancelConditionals: (symbol, limits) => ask(ENDPOINTS.cancelConditionals, { symbol }, limits),
    cancelConditional: (_symbol, algoId, limits) => ask(ENDPOINTS.cancelConditional, { algoId }, limits),
    place: (order, limits) => ask(ENDPOINTS.place, orderParams(order), limits),
    order: (symbol, clientOrderId, limits) =>
      ask(ENDPOINTS.order, { symbol, origClientOrderId: clientOrderId }, limits),
    // 1000 is the most a page holds; a close of a large position can have many fills.
    trades: (symbol, orderId, limits) => ask(ENDPOINTS.trades, { symbol, orderId, limit: '1000' }, limits),
    rules: limits => cachedRules(shared, () => ask(ENDPOINTS.rules, {}, limits)),
    syncClock: limits => syncClock(shared, () => ask(ENDPOINTS.syncClock, {}, limits)),
    accountConfig: limits => ask(ENDPOINTS.accountConfig, {}, limits),
    testOrder: (order, limits) => ask(ENDPOINTS.testOrder, orderParams(order), limits),
  };
}

interface Account {
  readonly shared: Shared;
  readonly apiKey: string;
  readonly sign: Signer;
  readonly shown: ShownText;
}

async function request<T>(
  account: Account,
  endpoint: Endpoint<T>,
  params: Params,
  limits: CallLimits,
): Promise<Reply<T>> {
  const clock = account.shared.clock();
  const startedAtMs = clock.nowMs();
  const outcome = await exchangeOutcome(account, endpoint, params, limits, clock).catch(
    (error: unknown): Outcome<T> => ({ status: undefined, usage: {}, failure: unforeseen(error, account.shown) }),
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
  { shared, apiKey, sign, shown }: Account,
  endpoint: Endpoint<T>,
  params: Params,
  limits: CallLimits,
  clock: Clock,
): Promise<Outcome<T>> {
  const { method, path, signed, answer: schema } = endpoint;
  const exchangeNowMs = (): number => clock.nowMs() + shared.serverTime.offsetMs();
  const signing = signed ? { apiKey, sign } : undefined;
  const sent = await sendOnce(
    shared.wire,
    { method, path, params, signing, timestampMs: exchangeNowMs() },
    limits,
    clock,
  );
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

async function cachedRules(
  { clock, rules }: Shared,
  ask: () => Promise<Reply<ExchangeRules>>,
): Promise<Reply<ExchangeRules>> {
  const startedAtMs = clock().nowMs();
  const known = rules.get(startedAtMs);
  if (known) {
    const { method, path } = ENDPOINTS.rules;
    const trace = { method, path, startedAtMs, latencyMs: 0, status: undefined, exchangeCode: undefined, usage: {} };
    return { ok: true, value: known, trace };
  }
  const reply = await ask();
  if (reply.ok) rules.put(reply.value, startedAtMs);
  return reply;
}

async function syncClock({ serverTime }: Shared, ask: () => Promise<Reply<number>>): Promise<Reply<number>> {
  const reply = await ask();
  if (!reply.ok) return reply;
  const { startedAtMs, latencyMs } = reply.trace;
  return { ...reply, value: serverTime.learn(reply.value, startedAtMs, startedAtMs + latencyMs) };
}

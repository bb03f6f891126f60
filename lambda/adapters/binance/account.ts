/**
 * One account in one market of Binance: every request by the market's folder, every outcome a value. Nothing is retried
 * or decided here. All accounts of the container share two answers: the server's time and the exchange's rules.
 */

import type { Credentials } from '../../core/exchange/model.ts';
import { type AnswerOf, COSTS, type ExchangeRequest, type RequestKind } from '../../core/exchange/request.ts';
import type { CallLimits, Clock, Exchange, Reply, RequestTrace } from '../../ports.ts';
import { beginCall, calls } from './axios-adapter.ts';
import type { ApiCodes } from './exchange-codes.ts';
import type { Transport } from './http-transport.ts';
import type { MarketApi, OpenedMarket, SendOnce } from './markets/market-api.ts';
import { badReply, notSent } from './network-failures.ts';
import { replyOf } from './read-answer.ts';
import { dateMsOf, type HttpAnswer } from './response.ts';
import type { RulesCache } from './rules-cache.ts';
import { sanitizerFor } from './sanitize.ts';
import { accepted } from './schemas/orders.ts';
import { createClientMaker } from './sdk-clients.ts';
import type { ServerTime } from './server-time.ts';

/** What all accounts of a container share in one market. */
export interface Shared {
  readonly api: () => Promise<MarketApi>;
  readonly codes: ApiCodes;
  readonly baseUrl: string;
  readonly dataUrl: string;
  readonly walletUrl: string | undefined;
  readonly recvWindowMs: number;
  readonly transport: Transport;
  readonly clock: () => Clock;
  readonly serverTime: ServerTime;
  readonly rules: RulesCache;
}

export function openAccount(shared: Shared, credentials: Credentials): Exchange {
  const { baseUrl, dataUrl, walletUrl = baseUrl, recvWindowMs, transport, clock, serverTime, rules, codes } = shared;
  const shown = sanitizerFor(credentials);
  const exchangeNowMs = (): number => clock().nowMs() + serverTime.offsetMs();
  const make = createClientMaker({ baseUrl, dataUrl, walletUrl, recvWindowMs, transport, exchangeNowMs }, credentials);
  let market: Promise<OpenedMarket> | undefined;

  let refusal: { readonly dateMs: number; readonly trace: RequestTrace } | undefined;
  let isByRefusal = false;
  const noteRefusal = ({ headers }: HttpAnswer, trace: RequestTrace): void => {
    const dateMs = codes === 'papi' ? dateMsOf(headers) : undefined;
    refusal = dateMs === undefined ? undefined : { dateMs, trace };
  };

  const call = async <K extends RequestKind>(
    request: Extract<ExchangeRequest, { kind: K }>,
    { timeoutMs, signal, inPart }: CallLimits,
    onAnswer: (answer: HttpAnswer) => void = () => undefined,
  ): Promise<Reply<AnswerOf[K]>> => {
    const endsAtMs = clock().nowMs() + timeoutMs;
    const hasHost = shared.walletUrl !== undefined || COSTS[request.kind].host !== 'wallet';
    const once: SendOnce = async (schema, send) => {
      const limits = { timeoutMs: endsAtMs - clock().nowMs(), ...(signal ? { signal } : {}) };
      const afresh = 'afresh' in request && request.afresh;
      const current = beginCall(clock(), limits, afresh, hasHost ? undefined : NO_WALLET_HOST);
      try {
        await calls.run(current, send);
      } catch (error) {
        // The SDK's errors hold key and signature. What is known of a request that was made is in the call.
        current.problem ??= error;
      }
      const answer = current.sent?.kind === 'answer' ? current.sent.answer : undefined;
      if (answer !== undefined) onAnswer(answer);
      const reply = replyOf(schema, current, { shown, codes, nowMs: exchangeNowMs() });
      if (!reply.ok && reply.failure.reason === 'clock' && answer !== undefined) noteRefusal(answer, reply.trace);
      return reply;
    };
    try {
      market ??= shared.api().then(api => api.open(make));
      const opened = await market;
      return (await opened.send(request, once, { clock: clock(), inPart })) as Reply<AnswerOf[K]>;
    } catch (error) {
      // Nothing was asked: the code of the SDK could not be loaded, or the market does not know the request.
      return once(accepted, () => Promise.reject(error)) as unknown as Promise<Reply<AnswerOf[K]>>;
    }
  };

  const syncClock = async (limits: CallLimits): Promise<Reply<number>> => {
    let dateMs: number | undefined;
    const reply = await call<'server-time'>({ kind: 'server-time' }, limits, answer => {
      dateMs = dateMsOf(answer.headers);
    });
    const { startedAtMs, latencyMs, status } = reply.trace;
    const learn = (serverMs: number): number => serverTime.learn(serverMs, startedAtMs, startedAtMs + latencyMs);
    if (reply.ok && !isFarFrom(reply.value, dateMs)) return { ...reply, value: ownOffset(learn(reply.value)) };
    // Better than our own clock, until the time itself can be read.
    if (dateMs !== undefined) learn(dateMs);
    return reply.ok ? { ...reply, ok: false, failure: badReply(status ?? 0, FAR_FROM_DATE) } : reply;
  };

  /**
   * Portfolio margin documents no endpoint for its time, so that of fapi or dapi counts. If its own is another, the date of
   * its refusal is all that shows it. It may be the date of a gateway: refused again, it is not used again.
   */
  const ownOffset = (offsetMs: number): number => {
    const dated = refusal;
    refusal = undefined;
    if (dated === undefined) return offsetMs;
    const { startedAtMs, latencyMs } = dated.trace;
    const endedAtMs = startedAtMs + latencyMs;
    isByRefusal = !isByRefusal && Math.abs(dated.dateMs - endedAtMs - offsetMs) > DATE_SLACK_MS;
    return isByRefusal ? serverTime.learn(dated.dateMs, startedAtMs, endedAtMs) : offsetMs;
  };

  return {
    send: <K extends RequestKind>(
      request: Extract<ExchangeRequest, { kind: K }>,
      limits: CallLimits,
    ): Promise<Reply<AnswerOf[K]>> => {
      const asked: ExchangeRequest = request;
      // Of the kinds, these two are answered from what the container shares, or add to it.
      if (asked.kind === 'rules') return rules.send(asked, limits, clock(), call) as Promise<Reply<AnswerOf[K]>>;
      if (asked.kind === 'server-time') return syncClock(limits) as Promise<Reply<AnswerOf[K]>>;
      return call<K>(request, limits);
    },
  };
}

/** The header has whole seconds, and may be from a gateway with another clock: it only shows that a time is impossible. */
const isFarFrom = (serverMs: number, dateMs: number | undefined): boolean =>
  dateMs !== undefined && Math.abs(serverMs - dateMs) > DAY_MS;

/** The header has whole seconds, and was on its way. */
const DATE_SLACK_MS = 2_000;

const DAY_MS = 86_400_000;
const FAR_FROM_DATE = 'the server time is more than a day from the date of the answer';

const NO_WALLET_HOST = { kind: 'failure', failure: notSent('this exchange has no host for the wallet') } as const;

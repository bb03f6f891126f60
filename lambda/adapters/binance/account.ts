/**
 * One account at Binance: every request one call of the SDK, every outcome a value. Nothing is retried and nothing is
 * judged here. Two answers are of use to all accounts of the container: the server's time and the exchange's rules.
 */

import type { Credentials } from '../../core/exchange/model.ts';
import { type AnswerOf, COSTS, type ExchangeRequest, type RequestKind } from '../../core/exchange/request.ts';
import type { CallLimits, Clock, Exchange, Reply } from '../../ports.ts';
import { beginCall, calls } from './call.ts';
import type { Transport } from './http-transport.ts';
import { replyOf } from './reply.ts';
import type { RulesCache } from './rules-cache.ts';
import { openSdkClients, type SdkClients } from './sdk-clients.ts';
import { sendBySdk } from './sdk-requests.ts';
import type { ServerTime } from './server-time.ts';
import { shownTextFor } from './shown-text.ts';
import { notSent } from './wire-failures.ts';

/** What all accounts of a container share. */
export interface Shared {
  /** Scheme and host, no path. */
  readonly baseUrl: string;
  /** The wallet's host; undefined where there is none. */
  readonly walletUrl: string | undefined;
  readonly recvWindowMs: number;
  readonly transport: Transport;
  readonly clock: () => Clock;
  readonly serverTime: ServerTime;
  readonly rules: RulesCache;
}

export function openAccount(shared: Shared, credentials: Credentials): Exchange {
  const { baseUrl, walletUrl = baseUrl, recvWindowMs, transport, clock, serverTime, rules } = shared;
  const shown = shownTextFor(credentials);
  const exchangeNowMs = (): number => clock().nowMs() + serverTime.offsetMs();
  const options = { baseUrl, walletUrl, recvWindowMs, transport, exchangeNowMs };
  let clients: Promise<SdkClients> | undefined;

  const call = async <K extends RequestKind>(
    request: Extract<ExchangeRequest, { kind: K }>,
    limits: CallLimits,
  ): Promise<Reply<AnswerOf[K]>> => {
    const hasHost = shared.walletUrl !== undefined || COSTS[request.kind].host !== 'wallet';
    const current = beginCall(clock(), limits, hasHost ? undefined : NO_WALLET_HOST);
    try {
      clients ??= openSdkClients(options, credentials);
      const opened = await clients;
      await calls.run(current, () => sendBySdk(opened, request));
    } catch (error) {
      // The SDK's errors hold key and signature. What is known of a request that was made is in the call.
      current.problem ??= error;
    }
    return replyOf<K>(request.kind, current, { shown, nowMs: exchangeNowMs() });
  };

  const syncClock = async (limits: CallLimits): Promise<Reply<number>> => {
    const reply = await call<'server-time'>({ kind: 'server-time' }, limits);
    if (!reply.ok) return reply;
    const { startedAtMs, latencyMs } = reply.trace;
    return { ...reply, value: serverTime.learn(reply.value, startedAtMs, startedAtMs + latencyMs) };
  };

  return {
    ask: <K extends RequestKind>(
      request: Extract<ExchangeRequest, { kind: K }>,
      limits: CallLimits,
    ): Promise<Reply<AnswerOf[K]>> => {
      const asked: ExchangeRequest = request;
      // Of the kinds, these two are answered from what the container shares, or add to it.
      if (asked.kind === 'rules') return rules.ask(asked, limits, clock(), call) as Promise<Reply<AnswerOf[K]>>;
      if (asked.kind === 'server-time') return syncClock(limits) as Promise<Reply<AnswerOf[K]>>;
      return call<K>(request, limits);
    },
  };
}

const NO_WALLET_HOST = { kind: 'failure', failure: notSent('this exchange has no host for the wallet') } as const;

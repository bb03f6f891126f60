/**
 * One account at Binance: every method one request, every outcome a value. Nothing is retried and nothing is judged
 * here. Two answers are of use to all accounts of the container: the server's time and the exchange's rules.
 */

import type { Credentials, ExchangeRules } from '../../core/model.ts';
import type { CallLimits, Clock, Exchange, Reply } from '../../ports.ts';
import { ENDPOINTS, type Endpoint } from './endpoints.ts';
import { orderParams, type Params } from './order-params.ts';
import { request, type Wire } from './request.ts';
import type { RulesCache } from './rules-cache.ts';
import type { ServerTime } from './server-time.ts';
import { shownTextFor } from './shown-text.ts';
import { signerFor } from './signer.ts';

/** What all accounts of a container share. */
export interface Shared {
  readonly wire: Wire;
  /** The wallet's host; undefined where there is none. */
  readonly walletUrl: string | undefined;
  readonly clock: () => Clock;
  readonly serverTime: ServerTime;
  readonly rules: RulesCache;
}

export function openAccount(shared: Shared, credentials: Credentials): Exchange {
  const { wire, clock, serverTime } = shared;
  const { apiKey } = credentials;
  const asker = { wire, clock, serverTime, apiKey, sign: signerFor(credentials), shown: shownTextFor(credentials) };
  const ask = <T>(endpoint: Endpoint<T>, params: Params, limits: CallLimits): Promise<Reply<T>> =>
    request(asker, endpoint, params, limits);

  return {
    positions: limits => ask(ENDPOINTS.positions, {}, limits),
    openOrders: limits => ask(ENDPOINTS.openOrders, {}, limits),
    openConditionals: limits => ask(ENDPOINTS.openConditionals, {}, limits),
    cancelOrders: (symbol, limits) => ask(ENDPOINTS.cancelOrders, { symbol }, limits),
    cancelConditionals: (symbol, limits) => ask(ENDPOINTS.cancelConditionals, { symbol }, limits),
    cancelConditional: (_symbol, algoId, limits) => ask(ENDPOINTS.cancelConditional, { algoId }, limits),
    place: (order, limits) => ask(ENDPOINTS.place, orderParams(order), limits),
    // 1000 is the most a page holds; a close of a large position can have many fills.
    trades: (symbol, orderId, limits) => ask(ENDPOINTS.trades, { symbol, orderId, limit: '1000' }, limits),
    rules: limits => cachedRules(shared, () => ask(ENDPOINTS.rules, {}, limits)),
    syncClock: limits => syncClock(shared, () => ask(ENDPOINTS.syncClock, {}, limits)),
    accountConfig: limits => ask(ENDPOINTS.accountConfig, {}, limits),
    testOrder: (order, limits) => ask(ENDPOINTS.testOrder, orderParams(order), limits),
    keyPermissions: limits =>
      request(
        { ...asker, wire: { ...wire, origin: shared.walletUrl ?? wire.origin } },
        ENDPOINTS.keyPermissions,
        {},
        // Without a host nothing is sent, which the reply says.
        shared.walletUrl === undefined ? { ...limits, timeoutMs: 0 } : limits,
      ),
  };
}

/** An answer from the cache made no request: its trace has no status and no latency. */
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

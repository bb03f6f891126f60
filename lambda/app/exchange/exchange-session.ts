/** The account at the exchange for one invocation, by market: the key, the limits, and every request for the audit log. */

import { METRICS } from '../../contract.ts';
import { type BotSettings, hasBothKinds, type Settings } from '../../core/config/settings.ts';
import {
  type Api,
  apiOf,
  costIn,
  MARKETS,
  type Market,
  marketsOf,
  uncoveredMarkets,
} from '../../core/exchange/market.ts';
import type { Credentials } from '../../core/exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestCost, RequestKind } from '../../core/exchange/request.ts';
import type { ApiRooms } from '../../core/exchange/room.ts';
import { FlatlineError } from '../../core/invocation/error-codes.ts';
import { isLimit } from '../../core/liquidation/account-faults.ts';
import { type Deadline, leftMs } from '../../core/liquidation/timing.ts';
import type { CallLimits, Reply, RequestTrace, Usage } from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** A request as the audit log has it. */
export interface NamedTrace {
  readonly request: string;
  readonly symbol: string | undefined;
  readonly trace: RequestTrace;
}

export interface ExchangeSession {
  readonly market: Market;
  /** One request, bounded by the deadline. Never throws. Counted against the limits until it ends. */
  send<K extends RequestKind>(
    request: Extract<ExchangeRequest, { kind: K }>,
    signal: AbortSignal,
    inPart?: CallLimits['inPart'],
  ): Promise<Reply<AnswerOf[K]>>;
  rooms(nowMs: number): ApiRooms;
  limiter(host: RequestCost['host']): RateLimiter;
  /** Reads the secret again and uses another key if there is one; returns whether. Never throws. */
  readSecretAgain(): Promise<boolean>;
  /** Every request that ended, in order. */
  readonly requests: readonly NamedTrace[];
}

interface SessionFor {
  readonly settings: Pick<Settings, 'exchange'>;
  readonly bot: BotSettings;
  readonly deadline: Deadline;
  readonly correlationId: string;
  /** Reads the secret itself, not what is cached of it. */
  readonly freshSecret?: true;
}

const SECRET_TIMEOUT_MS = 3_000;

/** The account with all its markets. */
export interface AccountSession {
  /** The markets that must be flat; at least one. */
  readonly covered: readonly ExchangeSession[];
  /** The others, of which only the positions can be read. */
  readonly uncovered: readonly ExchangeSession[];
  /** The same key at the API of the other kind of account; undefined if there is none. */
  readonly otherKind: ExchangeSession | undefined;
  /** Every request that ended, in order. */
  readonly requests: readonly NamedTrace[];
}

/** Loads the key and opens the account. Throws FlatlineError (SECRET_UNREADABLE, SECRET_MALFORMED). */
export async function openSession(ports: LiquidatorPorts, of: SessionFor): Promise<AccountSession> {
  const { account, markets } = of.settings.exchange;
  const requests: NamedTrace[] = [];
  const load = loaderOf(ports, of);
  const credentials = await load(of.freshSecret === true);
  const openIn = (how?: 'uncovered') => (market: Market) =>
    sessionIn(ports, of, { market, how, credentials, load, requests });
  const otherMarket = account === 'futures' ? MARKETS['portfolio-usdm'] : MARKETS.usdm;
  return {
    covered: marketsOf(account, markets).map(openIn()),
    uncovered: uncoveredMarkets(account, markets).map(openIn('uncovered')),
    otherKind: hasBothKinds(of.settings.exchange) ? openIn('uncovered')(otherMarket) : undefined,
    requests,
  };
}

type Load = (fresh: boolean) => Promise<Credentials>;

function loaderOf({ clock, secrets, telemetry }: LiquidatorPorts, { bot, deadline }: SessionFor): Load {
  return async fresh => {
    const timeoutMs = Math.min(SECRET_TIMEOUT_MS, leftMs(deadline.workUntilMs, clock.nowMs()));
    const credentials = await secrets.load(bot.secretName, { fresh, timeoutMs });
    telemetry.redact([credentials.apiKey, credentials.apiSecret]);
    return credentials;
  };
}

interface SessionIn {
  readonly market: Market;
  readonly how: 'uncovered' | undefined;
  readonly credentials: Credentials;
  readonly load: Load;
  readonly requests: NamedTrace[];
}

function sessionIn(
  ports: LiquidatorPorts,
  { bot, deadline, correlationId }: SessionFor,
  { market, how, credentials: first, load, requests }: SessionIn,
): ExchangeSession {
  const { clock, telemetry } = ports;
  let credentials = first;
  let exchange = ports.openExchange(credentials, market, how);
  const at = (api: Api): RateLimiter => ports.limiters.of(api, bot.secretName);
  const limiter = (host: RequestCost['host']): RateLimiter => at(apiOf(market, { host }));

  return {
    market,
    requests,
    limiter,
    rooms: nowMs => {
      const room = (api: Api) => at(api).room(nowMs);
      return { fapi: room('fapi'), dapi: room('dapi'), papi: room('papi'), wallet: room('wallet') };
    },
    async send(request, signal, inPart) {
      const cost = costIn(market, request.kind);
      const limits = limiter(cost.host);
      const sent = limits.sent(cost, clock.nowMs());
      const timeoutMs = leftMs(deadline.workUntilMs, clock.nowMs());
      const reply = await exchange.send(request as never, { timeoutMs, signal, inPart });
      const nowMs = clock.nowMs();
      const usage = usageIn(reply);
      if (reply.trace.status === undefined) limits.lost(sent, nowMs);
      else if (!reply.ok && isLimit(reply.failure)) limits.refused(sent, usage, reply.failure, nowMs);
      else limits.answered(sent, usage, nowMs);
      note(request, cost, reply);
      return reply as Reply<never>;
    },
    async readSecretAgain() {
      const next = await load(true).catch((error: unknown) => {
        const why = error instanceof FlatlineError ? error.message : 'The secret could not be read again';
        telemetry.log('ERROR', why, { correlation_id: correlationId });
        return credentials;
      });
      if (next.apiKey === credentials.apiKey && next.apiSecret === credentials.apiSecret) return false;
      credentials = next;
      exchange = ports.openExchange(next, market, how);
      telemetry.log('WARN', 'The exchange refused the key. The secret holds a new one, which is used now.', {
        correlation_id: correlationId,
      });
      return true;
    },
  };

  function note(request: ExchangeRequest, { name }: RequestCost, reply: Reply<unknown>): void {
    const { trace } = reply;
    const symbol = 'symbol' in request ? request.symbol : undefined;
    for (const one of [trace, ...(reply.also ?? [])]) requests.push({ request: name, symbol, trace: one });
    if (!reply.ok) telemetry.metric(METRICS.exchangeErrors, 1, 'Count', { class: reply.failure.certainty });
    telemetry.metric(METRICS.exchangeLatencyMs, trace.latencyMs, 'Milliseconds');
    telemetry.log(reply.ok ? 'INFO' : 'WARN', reply.ok ? 'Exchange request' : 'Exchange request failed', {
      correlation_id: correlationId,
      request: name,
      ...(market.id === 'usdm' ? {} : { market: market.id }),
      ...describeTrace(trace),
      ...(reply.ok ? {} : { known: reply.failure.certainty, why: reply.failure.reason, says: reply.failure.message }),
    });
  }
}

/** For two parallel requests the higher figures count: they are of the later answer. */
function usageIn({ trace, also = [] }: Reply<unknown>): Usage {
  const usages = [trace, ...also].map(one => one.usage);
  if (usages.length === 1) return trace.usage;
  const highest = (pick: (usage: Usage) => number | undefined): number | undefined => {
    const reported = usages.map(pick).filter(one => one !== undefined);
    return reported.length === 0 ? undefined : Math.max(...reported);
  };
  const weightLastMinute = highest(one => one.weightLastMinute);
  const ordersLastTenSeconds = highest(one => one.ordersLastTenSeconds);
  const ordersLastMinute = highest(one => one.ordersLastMinute);
  return {
    ...(weightLastMinute === undefined ? {} : { weightLastMinute }),
    ...(ordersLastTenSeconds === undefined ? {} : { ordersLastTenSeconds }),
    ...(ordersLastMinute === undefined ? {} : { ordersLastMinute }),
  };
}

/** A request as the audit log and the log show it. */
export function describeTrace(trace: RequestTrace): Record<string, unknown> {
  return {
    method: trace.method,
    path: trace.path,
    started_at_ms: micros(trace.startedAtMs),
    latency_ms: micros(trace.latencyMs),
    ...(trace.status === undefined ? {} : { status: trace.status }),
    ...(trace.exchangeCode === undefined ? {} : { code: trace.exchangeCode }),
  };
}

const micros = (ms: number): number => Math.round(ms * 1_000) / 1_000;

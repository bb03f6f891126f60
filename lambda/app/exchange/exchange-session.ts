/**
 * The account at the exchange for one invocation: the key in use, the limits it has, and every request that was made,
 * for the audit trail. Nothing is repeated and nothing is decided here.
 */

import { METRICS } from '../../contract.ts';
import type { BotSettings } from '../../core/config/settings.ts';
import type { Credentials } from '../../core/exchange/model.ts';
import {
  type AnswerOf,
  COSTS,
  type ExchangeRequest,
  type RequestCost,
  type RequestKind,
} from '../../core/exchange/request.ts';
import { FlatlineError } from '../../core/flatline-error.ts';
import type { Rooms } from '../../core/liquidation/decide.ts';
import { type Deadline, leftMs } from '../../core/liquidation/timing.ts';
import { isLimit } from '../../core/liquidation/trouble.ts';
import type { Reply, RequestTrace } from '../../ports.ts';
import type { World } from '../world.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** A request as the trail has it. */
export interface NamedTrace {
  readonly request: string;
  readonly symbol: string | undefined;
  readonly trace: RequestTrace;
}

export interface ExchangeSession {
  /** One request, bounded by the deadline. Never throws. Counted against the limits until it ends. */
  ask<K extends RequestKind>(
    request: Extract<ExchangeRequest, { kind: K }>,
    signal: AbortSignal,
  ): Promise<Reply<AnswerOf[K]>>;
  rooms(nowMs: number): Rooms;
  limiter(host: RequestCost['host']): RateLimiter;
  /** Reads the secret again; whether it holds another key, which is used from then on. Never throws. */
  readSecretAgain(): Promise<boolean>;
  /** Every request that ended, in that order. */
  readonly requests: readonly NamedTrace[];
}

export interface SessionFor {
  readonly bot: BotSettings;
  readonly deadline: Deadline;
  readonly correlationId: string;
}

const SECRET_TIMEOUT_MS = 3_000;

/** Loads the key and opens the account. Throws FlatlineError (SECRET_UNREADABLE, SECRET_MALFORMED). */
export async function openSession(
  world: World,
  { bot, deadline, correlationId }: SessionFor,
): Promise<ExchangeSession> {
  const { clock, telemetry } = world;
  const requests: NamedTrace[] = [];
  const load = async (fresh: boolean): Promise<Credentials> => {
    const timeoutMs = Math.min(SECRET_TIMEOUT_MS, leftMs(deadline.workUntilMs, clock.nowMs()));
    const credentials = await world.secrets.load(bot.secretName, { fresh, timeoutMs });
    telemetry.redact([credentials.apiKey, credentials.apiSecret]);
    return credentials;
  };
  let credentials = await load(false);
  let exchange = world.openExchange(credentials);
  const limiter = (host: RequestCost['host']): RateLimiter => world.limiters.of(host, bot.secretName);

  return {
    requests,
    limiter,
    rooms: nowMs => ({ futures: limiter('futures').room(nowMs), wallet: limiter('wallet').room(nowMs) }),
    async ask(request, signal) {
      const cost = COSTS[request.kind];
      const limits = limiter(cost.host);
      const sent = limits.sent(cost, clock.nowMs());
      const timeoutMs = leftMs(deadline.workUntilMs, clock.nowMs());
      const reply = await exchange.ask(request as never, { timeoutMs, signal });
      const nowMs = clock.nowMs();
      const { usage } = reply.trace;
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
      exchange = world.openExchange(next);
      telemetry.log('WARN', 'The exchange refused the key. The secret holds a new one, which is used now.', {
        correlation_id: correlationId,
      });
      return true;
    },
  };

  function note(request: ExchangeRequest, { name }: RequestCost, reply: Reply<unknown>): void {
    const { trace } = reply;
    requests.push({ request: name, symbol: 'symbol' in request ? request.symbol : undefined, trace });
    if (!reply.ok) telemetry.metric(METRICS.exchangeErrors, 1, 'Count', { class: reply.failure.certainty });
    telemetry.metric(METRICS.exchangeLatencyMs, trace.latencyMs, 'Milliseconds');
    telemetry.log(reply.ok ? 'INFO' : 'WARN', reply.ok ? 'Exchange request' : 'Exchange request failed', {
      correlation_id: correlationId,
      request: name,
      ...describeTrace(trace),
      ...(reply.ok ? {} : { known: reply.failure.certainty, why: reply.failure.reason, says: reply.failure.message }),
    });
  }
}

/** A request as it stands in the trail and in the log. */
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

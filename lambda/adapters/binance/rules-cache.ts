/**
 * The exchange's rules, kept for all accounts of a container: a megabyte that changes rarely and is the same for
 * everyone. Rules that are too old are asked for again, because steps, maxima and statuses do change; at once when a
 * refusal contradicts them, for which `newerThanMs` stands. Who asks while they are on their way waits for the same answer.
 */

import type { ExchangeRules } from '../../core/exchange/model.ts';
import type { ExchangeRequest } from '../../core/exchange/request.ts';
import type { CallLimits, Clock, Reply } from '../../ports.ts';

type RulesRequest = Extract<ExchangeRequest, { kind: 'rules' }>;
type AskExchange = (request: RulesRequest, limits: CallLimits) => Promise<Reply<ExchangeRules>>;

export interface RulesCache {
  ask(request: RulesRequest, limits: CallLimits, clock: Clock, askExchange: AskExchange): Promise<Reply<ExchangeRules>>;
}

type Success = Extract<Reply<ExchangeRules>, { ok: true }>;

const MAX_AGE_MS = 10 * 60_000;

export function createRulesCache(): RulesCache {
  let kept: Success | undefined;
  let pending: { readonly askedAtMs: number; readonly reply: Promise<Reply<ExchangeRules>> } | undefined;

  const askAnew = async (
    request: RulesRequest,
    limits: CallLimits,
    askedAtMs: number,
    askExchange: AskExchange,
  ): Promise<Reply<ExchangeRules>> => {
    const reply = await askExchange(request, limits);
    if (!reply.ok) return reply;
    const fresh = { ...reply, value: { ...reply.value, askedAtMs } };
    if (kept === undefined || kept.value.askedAtMs < askedAtMs) kept = fresh;
    return fresh;
  };

  return {
    async ask(request, limits, clock, askExchange) {
      const nowMs = clock.nowMs();
      const serves = (askedAtMs: number): boolean => askedAtMs > request.newerThanMs && nowMs - askedAtMs < MAX_AGE_MS;
      // An answer from the cache made no request: its trace has no status and no latency.
      if (kept !== undefined && serves(kept.value.askedAtMs)) {
        return { ...kept, trace: { ...kept.trace, startedAtMs: nowMs, latencyMs: 0, status: undefined, usage: {} } };
      }
      if (pending !== undefined && serves(pending.askedAtMs)) return pending.reply;
      const reply = askAnew(request, limits, nowMs, askExchange);
      const mine = { askedAtMs: nowMs, reply };
      pending = mine;
      try {
        return await reply;
      } finally {
        if (pending === mine) pending = undefined;
      }
    },
  };
}

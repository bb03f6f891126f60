/**
 * The exchange's rules, kept for all accounts of a container: a megabyte that changes rarely and is the same for
 * everyone. Rules that are too old are asked for again, because steps, maxima and statuses do change; at once when a
 * refusal contradicts them (`newerThanMs`). A call that comes while they are requested waits for the same answer.
 */

import type { ExchangeRules } from '../../core/exchange/model.ts';
import type { ExchangeRequest } from '../../core/exchange/request.ts';
import type { CallLimits, Clock, Reply } from '../../ports.ts';
import { notSent } from './network-failures.ts';

type RulesRequest = Extract<ExchangeRequest, { kind: 'rules' }>;
type RulesReply = Reply<ExchangeRules>;
type SendToExchange = (request: RulesRequest, limits: CallLimits) => Promise<RulesReply>;

export interface RulesCache {
  send(request: RulesRequest, limits: CallLimits, clock: Clock, sendToExchange: SendToExchange): Promise<RulesReply>;
}

/** An answer, or the request for one, and when it was asked for. */
interface Asked<T> {
  readonly askedAtMs: number;
  readonly reply: T;
}

const MAX_AGE_MS = 10 * 60_000;

/** `path` is for the trace of rules that were not asked for. */
export function createRulesCache(path: string): RulesCache {
  let kept: Asked<RulesReply> | undefined;
  let pending: Asked<Promise<RulesReply>> | undefined;

  const askAnew = async (asking: Promise<RulesReply>, askedAtMs: number): Promise<RulesReply> => {
    const answer = await asking;
    if (!answer.ok) return answer;
    const reply = { ...answer, value: { ...answer.value, askedAtMs } };
    if (kept === undefined || kept.askedAtMs < askedAtMs) kept = { askedAtMs, reply };
    return reply;
  };

  return {
    async send(request, limits, clock, sendToExchange) {
      const nowMs = clock.nowMs();
      const serves = ({ askedAtMs }: Asked<unknown>): boolean =>
        askedAtMs > request.newerThanMs && nowMs - askedAtMs < MAX_AGE_MS;
      if (kept !== undefined && serves(kept)) return withoutRequest(kept.reply, nowMs, clock);
      if (pending !== undefined && serves(pending)) {
        return withoutRequest(await inTime(pending.reply, limits, clock, path), nowMs, clock);
      }
      const reply = askAnew(sendToExchange(request, limits), nowMs);
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

/** This call sent nothing: its trace has no status, and nothing counts against the limits. */
function withoutRequest(reply: RulesReply, startedAtMs: number, clock: Clock): RulesReply {
  const latencyMs = clock.nowMs() - startedAtMs;
  const trace = { ...reply.trace, startedAtMs, latencyMs, status: undefined, exchangeCode: undefined, usage: {} };
  return { ...reply, trace };
}

/** A call that waits for the request of another one waits no longer than its own timeout. */
async function inTime(
  reply: Promise<RulesReply>,
  { timeoutMs, signal }: CallLimits,
  clock: Clock,
  path: string,
): Promise<RulesReply> {
  const over = new AbortController();
  const stop = (): void => over.abort('over');
  signal?.addEventListener('abort', stop);
  const late = async (): Promise<RulesReply> => {
    if (signal?.aborted !== true && timeoutMs > 0) await clock.sleep(timeoutMs, over.signal);
    const failure = notSent(
      `another call asks for the same rules; our own deadline: ${Math.round(timeoutMs)} ms were left`,
    );
    return { ok: false, failure, trace: { method: 'GET', path, startedAtMs: 0, ...NO_ANSWER } };
  };
  try {
    return await Promise.race([reply, late()]);
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

const NO_ANSWER = { latencyMs: 0, status: undefined, exchangeCode: undefined, usage: {} };

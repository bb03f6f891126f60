/**
 * The drill as one JSON document. Keys in snake_case, durations in ms, amounts as decimal strings:
 *
 *   { verified, seed, rtt_ms, scenarios: [ { name, title, promise, verified, headline, summary, hedge, timeout_ms,
 *     checks: [{ sentence, holds, complaints, excuse? }],
 *     calls: [{ call, correlation_id, outcome, cold, duration_ms, exchange_requests, exchange_actions, answer }],
 *     before, after: { positions, orders, conditionals },  violations: [sentence],
 *     requests: [{ at_ms, duration_ms, method, path, params, status, code, executed, fault }],
 *     incidents: [{ correlation_id, state, attempts, chain, trail }],
 *     bots: [{ bot_id, beats: [{ at_ms, outcome, correlation_id }], row }],
 *     ticks: [{ at_ms, duration_ms, report }] } ] }
 */

import type { Truth } from '../../../simulator/engine/accounts/truth.ts';
import type { JournalEntry } from '../../../simulator/exchange.ts';
import type { BotEvidence } from '../../../simulator/scenarios/evidence.ts';
import type { DrillOptions } from './options.ts';
import { verdictWords } from './screen/result-box.ts';
import type { Finished } from './screen/summary.ts';

/** `at_ms` counts from the first call, heartbeat or watchdog run; a heartbeat that was set back with the table may be before it. */
export function reportJson(finished: readonly Finished[], { seed, rttMs }: DrillOptions): object {
  return {
    verified: finished.every(({ verdict }) => verdict.verified),
    seed,
    rtt_ms: rttMs,
    scenarios: finished.map(scenarioJson),
  };
}

function scenarioJson({ played, verdict }: Finished): object {
  const { scenario, evidence, timeoutMs, startedAtMs } = played;
  const { word, rest } = verdictWords(played, verdict);
  return {
    name: scenario.name,
    title: scenario.title,
    promise: scenario.promise,
    verified: verdict.verified,
    headline: word,
    summary: rest,
    hedge: evidence.stage.hedge,
    timeout_ms: timeoutMs,
    checks: verdict.checks,
    calls: evidence.calls.map(call => ({
      call: call.call,
      correlation_id: call.correlationId,
      outcome: call.outcome,
      cold: call.cold,
      duration_ms: rounded(call.endedAtMs - call.startedAtMs),
      exchange_requests: call.exchangeRequests,
      exchange_actions: call.exchangeActions,
      answer: call.answer ?? null,
    })),
    before: holdings(evidence.before),
    after: holdings(evidence.after),
    violations: evidence.violations,
    requests: evidence.journal.map(entry => requestJson(entry, startedAtMs)),
    incidents: evidence.incidents.map(({ correlationId, state, attempts, chain, auditLog }) => ({
      correlation_id: correlationId,
      ...{ state, attempts, chain, trail: auditLog },
    })),
    bots: evidence.bots.map(bot => botJson(bot, startedAtMs)),
    ticks: evidence.ticks.map(tick => ({
      at_ms: rounded(tick.startedAtMs - startedAtMs),
      duration_ms: tick.endedAtMs === undefined ? null : rounded(tick.endedAtMs - tick.startedAtMs),
      report: tick.report ?? null,
    })),
  };
}

const holdings = ({ positions, orders, conditionals }: Truth): object => ({ positions, orders, conditionals });

const botJson = ({ botId, beats, row }: BotEvidence, startedAtMs: number): object => ({
  bot_id: botId,
  beats: beats.map(({ atMs, outcome, correlationId }) => ({
    at_ms: rounded(atMs - startedAtMs),
    outcome,
    correlation_id: correlationId ?? null,
  })),
  row,
});

function requestJson(entry: JournalEntry, startedAtMs: number): object {
  const { method, path, params, status, code, executed, fault, receivedAtMs, answeredAtMs } = entry;
  return {
    at_ms: rounded(receivedAtMs - startedAtMs),
    duration_ms: answeredAtMs === undefined ? null : rounded(answeredAtMs - receivedAtMs),
    ...{ method, path, params, status: status ?? null, code: code ?? null, executed, fault: fault ?? null },
  };
}

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

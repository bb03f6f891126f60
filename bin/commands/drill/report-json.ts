/** The drill as one JSON document: durations in ms, amounts as decimal strings. */

import { snakeCase } from '../../terminal/snake-case.ts';
import { type Finished, verdictWords } from './screen/page.ts';
import type { DrillOptions } from './stage.ts';

/** `atMs` counts from the first step; a heartbeat that was set back with the table may be before it. */
export const reportJson = (finished: readonly Finished[], { seed, rttMs }: DrillOptions): unknown =>
  snakeCase(
    { verified: finished.every(({ verdict }) => verdict.verified), seed, rttMs, scenarios: finished.map(ofScenario) },
    new Set(['answer', 'before', 'after', 'params', 'trail', 'row', 'report']),
  );

function ofScenario({ played, verdict }: Finished): object {
  const { scenario, evidence, timeoutMs, startedAtMs: zeroMs } = played;
  const { word: headline, rest: summary } = verdictWords(played, verdict);
  const { before, after, violations } = evidence;
  return {
    ...{ name: scenario.name, title: scenario.title, promise: scenario.promise, ...verdict, headline, summary },
    ...{ hedge: evidence.stage.hedge, timeoutMs, violations },
    calls: evidence.calls.map(({ startedAtMs, endedAtMs, on: _on, ...call }) => ({
      ...call,
      durationMs: rounded(endedAtMs - startedAtMs),
    })),
    before: { positions: before.positions, orders: before.orders, conditionals: before.conditionals },
    after: { positions: after.positions, orders: after.orders, conditionals: after.conditionals },
    requests: evidence.journal.map(({ method, path, params, status, code, executed, fault, ...entry }) => ({
      ...span(entry.receivedAtMs, entry.answeredAtMs, zeroMs),
      ...{ method, path, params, status, code, executed, fault },
    })),
    incidents: evidence.incidents.map(({ auditLog, ...incident }) => ({ ...incident, trail: auditLog })),
    bots: evidence.bots.map(({ botId, beats, row }) => ({
      ...{ botId, row },
      beats: beats.map(({ atMs, outcome, correlationId }) => ({
        atMs: rounded(atMs - zeroMs),
        outcome,
        correlationId,
      })),
    })),
    ticks: evidence.ticks.map(({ startedAtMs, endedAtMs, report }) => ({
      ...span(startedAtMs, endedAtMs, zeroMs),
      report,
    })),
  };
}

const span = (fromMs: number, toMs: number | undefined, zeroMs: number): object => ({
  atMs: rounded(fromMs - zeroMs),
  durationMs: toMs === undefined ? undefined : rounded(toMs - fromMs),
});

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

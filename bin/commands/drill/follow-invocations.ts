/**
 * Reports the liquidator's asynchronous invocations (by the watchdog, or by itself) as they start and end, and makes
 * evidence of them and of the watchdog's runs.
 */

import type { Answer } from '../../../lambda/contract.ts';
import type { Invocation, LambdaEndpoint } from '../../../simulator/cloud/lambda-endpoint.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import type { JournalEntry } from '../../../simulator/exchange.ts';
import type { CallEvidence, TickEvidence, TickReportEvidence } from '../../../simulator/scenarios/evidence.ts';
import type { FunctionLabel } from '../../../simulator/scenarios/stage.ts';
import type { PlayContext } from './play-context.ts';
import { poll } from './poll.ts';

const POLL_MS = 8;

/**
 * `on` is the deployment with the liquidator's name. Returns the function that stops it: invocations that have not ended
 * by then are not part of the scenario.
 */
export function followInvocations(
  { invocations }: Pick<LambdaEndpoint, 'invocations'>,
  { clock, reportProgress }: Pick<PlayContext, 'clock' | 'reportProgress'>,
  on: FunctionLabel,
  journal: readonly JournalEntry[],
): () => Promise<{ readonly calls: readonly CallEvidence[]; readonly ticks: readonly TickEvidence[] }> {
  const begun = new Set<Invocation>();
  const ended = new Map<Invocation, CallEvidence>();

  const readOn = (): void => {
    for (const invocation of invocations) {
      if (invocation.name !== FUNCTION_NAMES.liquidator || invocation.kind !== 'async') continue;
      const { call, correlationId } = nameOf(invocation);
      if (!begun.has(invocation))
        reportProgress({ kind: 'called', call, on, correlationId, atMs: invocation.startedAtMs });
      begun.add(invocation);
      const evidence = ended.has(invocation) ? undefined : evidenceOf(invocation, on, journal);
      if (evidence === undefined) continue;
      ended.set(invocation, evidence);
      const { answer, startedAtMs, endedAtMs } = evidence;
      const about = { headline: answer?.headline, botId: answer?.bot_id ?? undefined };
      reportProgress({ kind: 'ended', call, tookMs: endedAtMs - startedAtMs, ...about, atMs: endedAtMs });
    }
  };
  const end = poll(clock, POLL_MS, readOn);

  return async () => {
    await end();
    return { calls: [...ended.values()], ticks: invocations.filter(isTick).map(tickOf) };
  };
}

interface LiquidationEvent {
  readonly trigger?: string;
  readonly correlation_id?: string;
  readonly resume?: { readonly hop?: number };
}

function nameOf({ event }: Invocation): { readonly call: string; readonly correlationId: string } {
  const { trigger = 'unknown', correlation_id = '', resume } = event as LiquidationEvent;
  return { call: resume === undefined ? trigger : `attempt ${resume.hop}`, correlationId: correlation_id };
}

function evidenceOf(
  invocation: Invocation,
  on: FunctionLabel,
  journal: readonly JournalEntry[],
): CallEvidence | undefined {
  const { startedAtMs, endedAtMs, result } = invocation;
  if (endedAtMs === undefined || result === undefined) return undefined;
  const within = journal.filter(({ receivedAtMs }) => receivedAtMs >= startedAtMs && receivedAtMs <= endedAtMs);
  return {
    ...nameOf(invocation),
    ...{ on, startedAtMs, endedAtMs, exchangeRequests: within.length },
    exchangeActions: within.filter(({ method }) => method !== 'GET').length,
    answer: result.kind === 'answered' ? (result.payload as Answer) : undefined,
    cold: result.kind === 'answered' && result.cold,
    outcome: result.kind === 'died' ? `ended by ${result.signal}` : result.kind,
  };
}

const isTick = ({ name }: Invocation): boolean => name === FUNCTION_NAMES.watchdog;

const tickOf = ({ startedAtMs, endedAtMs, result }: Invocation): TickEvidence => ({
  ...{ startedAtMs, endedAtMs },
  report: result?.kind === 'answered' ? (result.payload as TickReportEvidence) : undefined,
});

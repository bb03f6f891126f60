/** What a scenario is judged by, read from the exchange, the tables and the functions' invocations after the last step. */

import type { DynamoLockStore } from '../../../lambda/adapters/dynamo/lock-store.ts';
import type { Answer } from '../../../lambda/contract.ts';
import { verifyAuditLog } from '../../../lambda/core/audit/verify-chain.ts';
import type { AuditSink, BotStore } from '../../../lambda/ports.ts';
import type { Invocation } from '../../../simulator/cloud/lambda-endpoint.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import type { JournalEntry } from '../../../simulator/exchange.ts';
import type {
  BotEvidence,
  CallEvidence,
  IncidentEvidence,
  TickEvidence,
  TickReportEvidence,
} from '../../../simulator/scenarios/evidence.ts';
import type { FunctionLabel } from '../../../simulator/scenarios/stage.ts';
import type { Bot } from './bot.ts';
import { namesOf } from './follow.ts';

export interface DrillStores {
  readonly audit: AuditSink;
  readonly locks: DynamoLockStore;
}

/** Only ends a hang. */
const READ_TIMEOUT_MS = 120_000;

/** Asynchronous invocations of the liquidator that have ended, by the watchdog or by itself. `on` is the deployment with its name. */
export const callsIn = (
  invocations: readonly Invocation[],
  on: FunctionLabel,
  journal: readonly JournalEntry[],
): readonly CallEvidence[] =>
  invocations.flatMap(invocation => {
    const { name, kind, startedAtMs, endedAtMs, result } = invocation;
    if (name !== FUNCTION_NAMES.liquidator || kind !== 'async') return [];
    if (endedAtMs === undefined || result === undefined) return [];
    const within = journal.filter(({ receivedAtMs }) => receivedAtMs >= startedAtMs && receivedAtMs <= endedAtMs);
    return [
      {
        ...{ ...namesOf(invocation), on, startedAtMs, endedAtMs, ...endOf(result), exchangeRequests: within.length },
        exchangeActions: within.filter(({ method }) => method !== 'GET').length,
      },
    ];
  });

/** How an invocation ended. */
export const endOf = (
  result: NonNullable<Invocation['result']>,
): Pick<CallEvidence, 'answer' | 'cold' | 'outcome'> => ({
  answer: result.kind === 'answered' ? (result.payload as Answer) : undefined,
  cold: result.kind === 'answered' && result.cold,
  outcome: result.kind === 'died' ? `ended by ${result.signal}` : result.kind,
});

export const ticksIn = (invocations: readonly Invocation[]): readonly TickEvidence[] =>
  invocations
    .filter(({ name }) => name === FUNCTION_NAMES.watchdog)
    .map(({ startedAtMs, endedAtMs, result }) => ({
      ...{ startedAtMs, endedAtMs },
      report: result?.kind === 'answered' ? (result.payload as TickReportEvidence) : undefined,
    }));

/** One correlation ID as the tables have it: its record, its audit log, and the verification of the chain. */
export async function incidentOf(correlationId: string, { audit, locks }: DrillStores): Promise<IncidentEvidence> {
  const [auditLog, record] = await Promise.all([
    audit.list(correlationId, READ_TIMEOUT_MS),
    locks.readRecord(correlationId, READ_TIMEOUT_MS),
  ]);
  const chain = verifyAuditLog(auditLog, record?.seals ?? [], record?.attempts ?? 0);
  return { correlationId, state: record?.state ?? 'idle', attempts: record?.attempts ?? 0, auditLog, chain };
}

export async function botEvidence(botId: string, { beats }: Bot, rows: BotStore): Promise<BotEvidence> {
  return { botId, beats, row: (await rows.read(botId, READ_TIMEOUT_MS)) ?? {} };
}

/** Binance signs with HMAC-SHA-256: 64 hexadecimal digits. */
const SIGNATURE = /signature["']?\s*[=:]\s*["']?[0-9a-f]{64}/i;

/** Where the run's own keys and secrets are found, or anything that looks like a signature; never what was found. */
export function findLeaks(secrets: readonly string[], places: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(places).flatMap(([place, content]) => {
    const text = JSON.stringify(content) ?? '';
    const found = secrets.some(secret => text.includes(secret)) || SIGNATURE.test(text);
    return found ? [`found in ${place}`] : [];
  });
}

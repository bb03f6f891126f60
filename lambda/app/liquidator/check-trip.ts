/**
 * Checked before any lock or order: is the trip of this call still valid? Limited in time. If a table does not answer, a trip's
 * first call liquidates, and so does a call without a trip. A trip's resumed attempt or lock-out check does nothing then:
 * the next run of the watchdog decides.
 */

import { type BotRow, readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import { type RunRecord, type TripCheck, tripValidity } from '../../core/heartbeat/trip-checks.ts';
import { messageOf } from '../../core/invocation/answer-error.ts';
import type { LiquidateRequest } from '../../core/invocation/request.ts';
import type { BotStore, RunRecords, Telemetry } from '../../ports.ts';

interface TripPorts {
  readonly bots: Pick<BotStore, 'read'>;
  readonly records: Pick<RunRecords, 'read'>;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

type Asked = Pick<LiquidateRequest, 'botId' | 'correlationId' | 'trip' | 'trigger' | 'resume'>;

/** Never rejects. Reads nothing for a call that names no trip and resumes nothing. */
export async function checkTrip(ports: TripPorts, asked: Asked, timeoutMs: number): Promise<TripCheck> {
  const { trip, resume, correlationId } = asked;
  const isResumed = resume !== undefined;
  if (trip === undefined && !isResumed) return { kind: 'valid' };
  try {
    const [row, record] = await Promise.all([
      trip === undefined ? undefined : readRow(ports, asked.botId, timeoutMs),
      isResumed && correlationId !== undefined ? readRecord(ports, correlationId, timeoutMs) : undefined,
    ]);
    return tripValidity({ trip, isResumed }, row, record);
  } catch (error) {
    const goesOn = trip === undefined || (!isResumed && asked.trigger === 'watchdog');
    const why = messageOf(error);
    const outcome = goesOn ? 'the liquidation goes on' : 'nothing is done; the next tick of the watchdog decides';
    const message = `It is not known whether the trip is still valid, because a table could not be read: ${outcome}`;
    ports.telemetry.log('ERROR', message, { bot_id: asked.botId, correlation_id: correlationId, trip, why });
    return goesOn ? { kind: 'valid' } : { kind: 'invalid', because: 'the tables could not be read' };
  }
}

async function readRow({ bots }: TripPorts, botId: string, timeoutMs: number): Promise<BotRow | undefined> {
  const fields = await bots.read(botId, timeoutMs);
  return fields && readBotRow(botId, fields);
}

const readRecord = ({ records }: TripPorts, correlationId: string, timeoutMs: number): Promise<RunRecord | undefined> =>
  records.read(correlationId, timeoutMs);

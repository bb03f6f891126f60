/** Fetches what the tables hold of one correlation ID, as people read it; and the liquidations of a time. */

import type { AuditItem, LiquidationRecord } from '../../lambda/ports.ts';
import { type Connection, STORE_MS } from '../connect/connection.ts';
import { type Incident, readIncident } from './incident.ts';

export interface IncidentRecords {
  readonly record: LiquidationRecord | undefined;
  /** In order of `at_seq`. */
  readonly items: readonly AuditItem[];
  readonly incident: Incident;
}

type Reach = Pick<Connection, 'audit' | 'runs' | 'clock'>;

/** Throws a StoreError when a table cannot be read. */
export async function readRecords({ audit, runs, clock }: Reach, correlationId: string): Promise<IncidentRecords> {
  // The record first: an item that is stored in between belongs to it, a seal without its items would look cut off.
  const record = await runs.read(correlationId, STORE_MS);
  const items = await audit.list(correlationId, STORE_MS);
  return { record, items, incident: readIncident({ correlationId, record, items, nowMs: clock.nowMs() }) };
}

export const nothingKnown = ({ where }: Pick<Connection, 'where'>, correlationId: string): string =>
  `Nothing is known of ${correlationId} in ${where}: no record, no trail. "flatline audit list" shows what there is.`;

/** A listing reads each record by itself. */
export const LISTING_MS = 60_000;

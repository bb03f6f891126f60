/** Reads everything about one correlation ID from the tables, and the liquidations of a period. */

import type { Connection } from '../connect/connection.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import { STORE_MS } from '../terminal/waiting.ts';
import { readIncident } from './incident.ts';

export type IncidentRecords = Readonly<Awaited<ReturnType<typeof readRecords>>>;

type Reach = Pick<Connection, 'audit' | 'runs' | 'clock'>;

/** Throws a StoreError when a table cannot be read. */
export async function readRecords({ audit, runs, clock }: Reach, correlationId: string) {
  // The record first: otherwise a seal could be read without items that were stored in between, and look cut off.
  const record = await runs.read(correlationId, STORE_MS);
  const items = await audit.list(correlationId, STORE_MS);
  return { record, items, incident: readIncident({ correlationId, record, items, nowMs: clock.nowMs() }) };
}

/** Throws CliError (1) too when neither a record nor an audit log is known. */
export async function readKnownRecords(connection: Connection, correlationId: string): Promise<IncidentRecords> {
  const records = await readRecords(connection, correlationId);
  if (records.incident.kind !== 'nothing') return records;
  throw new CliError(
    EXIT.no,
    `${correlationId} is not known in ${connection.where}: no record, no audit log. See flatline audit list.`,
  );
}

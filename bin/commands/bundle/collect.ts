/**
 * Collects the contents of a bundle. Each part is read by itself: one that cannot be read is listed with its reason, and
 * the others are still collected. Everything is redacted before it is returned.
 */

import { ENV, METRICS, METRICS_NAMESPACE } from '../../../lambda/contract.ts';
import { StoreError } from '../../../lambda/core/invocation/error-codes.ts';
import { isoMicros } from '../../../lambda/core/invocation/identity.ts';
import type { LiquidationRecord } from '../../../lambda/ports.ts';
import type { Connection } from '../../connect/connection.ts';
import { recordJson } from '../../incident/incident-json.ts';
import { incidentLines } from '../../incident/incident-lines.ts';
import { type IncidentRecords, readRecords } from '../../incident/read-records.ts';
import { bundleRedaction, hashesOf } from '../../incident/redact.ts';
import { CliError } from '../../terminal/exit.ts';
import { createPaint } from '../../terminal/paint.ts';
import { LISTING_MS, STORE_MS } from '../../terminal/waiting.ts';
import { readLogs } from './logs.ts';
import type { TextFile } from './tar.ts';

const FUNCTIONS = ['liquidator', 'watchdog'] as const;
const MOST_LISTED = 50;
const LAST = 10;
const PAGE_WIDTH = 100;
/** Logs start before the first call, because the cause may be there, and end after the last attempt. */
const AROUND_MS = 120_000;
/** Used when no liquidation gives a time. */
const DAY_MS = 86_400_000;

export async function collect(
  connection: Connection,
  { id, version, nowMs }: { readonly id: string | undefined; readonly version: string; readonly nowMs: number },
) {
  /** What could not be read. */
  const unread: { readonly what: string; readonly why: string }[] = [];
  const tried = async <T>(what: string, work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      unread.push({ what, why: whyOf(error) });
      return undefined;
    }
  };
  const { bots, runs } = connection;
  const rows = await tried('the bots', bots.list(STORE_MS));
  const records = (await tried('the liquidations', runs.recent({ limit: MOST_LISTED }, LISTING_MS))) ?? [];
  const incidents: { readonly id: string; readonly found: IncidentRecords }[] = [];
  for (const one of id === undefined ? unfinishedAndLast(records) : [id]) {
    const found = await tried(`the audit log of ${one}`, readRecords(connection, one));
    if (found === undefined) continue;
    if (found.incident.kind === 'nothing')
      unread.push({ what: `the audit log of ${one}`, why: 'there is no audit log and no record' });
    else incidents.push({ id: one, found });
  }
  const window = windowOf(incidents, nowMs);
  const reading = FUNCTIONS.map(name => ({ name, work: readLogs(connection, connection.functions[name], window) }));
  // Both reads are running; a failure of the first must not fail the second.
  await Promise.allSettled(reading.map(({ work }) => work));
  const logs: { readonly name: string; readonly lines: readonly string[] | undefined }[] = [];
  for (const { name, work } of reading) logs.push({ name, lines: await tried(`the logs of the ${name}`, work) });

  const hashes = hashesOf(
    incidents.flatMap(({ found }) => found.items),
    [...records, ...incidents.flatMap(({ found: { record } }) => (record === undefined ? [] : [record]))],
  );
  const redaction = bundleRedaction(hashes);
  const json = (name: string, value: unknown): TextFile => ({
    name,
    text: `${JSON.stringify(redaction.plain(value), null, 2)}\n`,
  });
  const files: TextFile[] = [
    json('configuration.json', configurationOf(connection)),
    json('functions.json', Object.values(connection.functions).map(functionOf)),
    ...(rows === undefined ? [] : [json('bots.json', Object.fromEntries(rows))]),
    json(
      'liquidations.json',
      records.map(record => recordJson(record, nowMs)),
    ),
    ...incidents.flatMap(({ id: one, found }) => [
      json(`trails/${one}.json`, {
        ...{ record: found.record, verification: found.incident.verification, items: found.items },
      }),
      { name: `trails/${one}.txt`, text: redaction.text(`${pageOf(found).join('\n')}\n`) },
    ]),
    ...logs.flatMap(({ name, lines }) =>
      lines === undefined
        ? []
        : [{ name: `logs/${name}.ndjson`, text: lines.map(line => logLine(line, redaction.plain)).join('') }],
    ),
    json('metrics.json', { namespace: namespaceOf(connection), names: Object.values(METRICS) }),
  ];
  const manifest = json('manifest.json', {
    flatline: version,
    node: process.version,
    made_at: isoMicros(nowMs),
    where: connection.where,
    region: connection.region,
    logs_from: isoMicros(window.fromMs),
    logs_until: isoMicros(window.untilMs),
    files: files.map(({ name }) => name),
    unread,
    notes: [
      'Text that looks like a secret was replaced by [redacted], so hashes of records that contained it do not match here.',
      'Each verification was made before that, on the records as they are stored.',
    ],
  });
  return { files: [manifest, ...files], unread };
}

/** The unfinished liquidations, and the last ones. */
function unfinishedAndLast(records: readonly LiquidationRecord[]): readonly string[] {
  return records
    .filter(({ state, resumeAtMs }, index) => index < LAST || resumeAtMs !== undefined || state === 'in_progress')
    .map(({ correlationId }) => correlationId);
}

function windowOf(incidents: readonly { readonly found: IncidentRecords }[], nowMs: number) {
  const instants = incidents.flatMap(({ found: { record, incident } }) =>
    [record?.firstStartedAtMs, record?.finishedAtMs, incident.events[0]?.atMs, incident.events.at(-1)?.atMs].filter(
      one => one !== undefined,
    ),
  );
  if (instants.length === 0) return { fromMs: nowMs - DAY_MS, untilMs: nowMs };
  const lastMs = instants.reduce((latest, one) => Math.max(latest, one), 0);
  const firstMs = instants.reduce((earliest, one) => Math.min(earliest, one), lastMs);
  return { fromMs: firstMs - AROUND_MS, untilMs: Math.min(nowMs, lastMs + AROUND_MS) };
}

/** As the liquidator reads it: names of secrets, never their values, which these tools never have. */
function configurationOf({ config, names, where }: Connection): object {
  const { settings, findings, disabledByEnvironment, isFallback } = config;
  return { where, names, disabled_by_environment: disabledByEnvironment, is_fallback: isFallback, findings, settings };
}

const namespaceOf = ({ functions }: Connection): string =>
  functions.liquidator.variables[ENV.namespace] || METRICS_NAMESPACE;

/** Only the names of the environment's variables. */
function functionOf({ name, state, lastModified, timeoutMs, memoryMb, logGroup, variables }: DeployedFunction): object {
  return {
    ...{ name, state, last_modified: lastModified, timeout_ms: timeoutMs, memory_mb: memoryMb, log_group: logGroup },
    variables: Object.keys(variables).toSorted(),
  };
}

type DeployedFunction = Connection['functions']['liquidator'];

const pageOf = ({ incident }: IncidentRecords): readonly string[] =>
  incidentLines(incident, { paint: createPaint(false), width: PAGE_WIDTH });

/** A structured line is redacted field by field, any other line as text. */
function logLine(line: string, plain: (value: unknown) => unknown): string {
  try {
    return `${JSON.stringify(plain(JSON.parse(line)))}\n`;
  } catch {
    return `${JSON.stringify(plain(line.trimEnd()))}\n`;
  }
}

/** For an error of another library only the class is named: its text may contain a request. */
function whyOf(error: unknown): string {
  if (error instanceof StoreError || error instanceof CliError) return error.message;
  return `an unexpected ${error instanceof Error ? error.name : typeof error}`;
}

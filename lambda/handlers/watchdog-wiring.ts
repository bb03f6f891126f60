/**
 * Assembles the ports of the watchdog: tables and the liquidator's name, no keys and no exchange. As in wiring.ts, the
 * container keeps connections, and each invocation has its own clock and telemetry.
 */

import { LambdaClient } from '@aws-sdk/client-lambda';
import { createAsyncInvoker } from '../adapters/aws/invoke.ts';
import { createPingProbe } from '../adapters/aws/probes.ts';
import { startClock } from '../adapters/clock.ts';
import { awsConnections } from '../adapters/connections/connection-pool.ts';
import { createAuditSink } from '../adapters/dynamo/audit-sink.ts';
import { createBotStore } from '../adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../adapters/dynamo/client.ts';
import { createLockStore } from '../adapters/dynamo/lock-store.ts';
import { createUnfinishedRuns } from '../adapters/dynamo/run-records.ts';
import { systemRandom } from '../adapters/random.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import type { WatchdogPorts } from '../app/watchdog/tick-context.ts';
import { ENV } from '../contract.ts';
import { effectiveSettings } from '../core/config/effective-settings.ts';
import type { LogEvent } from '../events.ts';
import { type Container, type Environment, targetNames } from './environment.ts';

const SERVICE = 'watchdog';
const CONNECT_MS = 1_000;
const NEEDED = [ENV.botsTable, ENV.liquidationsTable, ENV.auditTable, ENV.liquidator] as const;

/** The liquidator logs the findings of a broken configuration; the watchdog only has to continue. */
export function watchdogContainer(env: Environment): Container<WatchdogPorts> {
  const config = effectiveSettings({ configText: env[ENV.config], disabledText: env[ENV.disabled] });
  if (config.isFallback) {
    createTelemetry({ service: SERVICE }).log(
      'CRITICAL',
      `${ENV.config} is missing or invalid: bots are watched by the times in their rows; deploy again`,
      { event: 'configuration_invalid' } satisfies LogEvent<'configuration_invalid'>,
    );
  }
  const named = targetNames(env, NEEDED, SERVICE, 'the watchdog cannot work');

  const client = createDynamoClient();
  const liquidations = { client, tableName: named(ENV.liquidationsTable) };
  const locks = createLockStore(liquidations);
  const stores = {
    bots: createBotStore({ client, tableName: named(ENV.botsTable) }),
    locks,
    records: { read: locks.readRecord },
    unfinished: createUnfinishedRuns(liquidations),
    audit: createAuditSink({ client, tableName: named(ENV.auditTable) }),
    invoker: createAsyncInvoker(
      new LambdaClient({ maxAttempts: 2, requestHandler: awsConnections({ connectionTimeout: CONNECT_MS }) }),
      named(ENV.liquidator),
    ),
  };
  const pingUrl = env[ENV.pingUrl];
  const pings = pingUrl ? createPingProbe(pingUrl) : undefined;
  return {
    config,
    ports: fields => ({
      ...stores,
      pings,
      clock: startClock(),
      random: systemRandom,
      telemetry: createTelemetry({ service: SERVICE, namespace: env[ENV.namespace], fields }),
    }),
  };
}

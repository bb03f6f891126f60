/** Assembles the ports of the control panel: two tables and the liquidator's name. As in wiring.ts, connections are kept. */

import { LambdaClient } from '@aws-sdk/client-lambda';
import { createAsyncInvoker, createSyncInvoker } from '../adapters/aws/invoke.ts';
import { startClock } from '../adapters/clock.ts';
import { awsConnections } from '../adapters/connections/connection-pool.ts';
import { createBotStore } from '../adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../adapters/dynamo/client.ts';
import { createRunRecords, createUnfinishedRuns } from '../adapters/dynamo/run-records.ts';
import { systemRandom } from '../adapters/random.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import type { PanelPorts } from '../app/panel/read-overview.ts';
import { ENV } from '../contract.ts';
import { effectiveSettings } from '../core/config/effective-settings.ts';
import { type Container, type Environment, targetNames } from './environment.ts';

const SERVICE = 'control-panel';
const CONNECT_MS = 1_000;
const NEEDED = [ENV.botsTable, ENV.liquidationsTable, ENV.liquidator] as const;

export function controlPanelContainer(env: Environment): Container<PanelPorts> {
  const config = effectiveSettings({ configText: env[ENV.config], disabledText: undefined });
  const named = targetNames(env, NEEDED, SERVICE, 'the control panel cannot work');

  const dynamo = createDynamoClient();
  const liquidations = { client: dynamo, tableName: named(ENV.liquidationsTable) };
  const functionName = named(ENV.liquidator);
  const requestHandler = awsConnections({ connectionTimeout: CONNECT_MS });
  const stores = {
    bots: createBotStore({ client: dynamo, tableName: named(ENV.botsTable) }),
    runs: createRunRecords(liquidations),
    unfinished: createUnfinishedRuns(liquidations),
    // One attempt: a call without a response may have been accepted, and is reported so.
    liquidator: createSyncInvoker(new LambdaClient({ maxAttempts: 1, requestHandler }), functionName),
    invoker: createAsyncInvoker(new LambdaClient({ maxAttempts: 2, requestHandler }), functionName),
  };
  return {
    config,
    ports: fields => ({
      ...stores,
      clock: startClock(),
      random: systemRandom,
      version: env[ENV.version],
      telemetry: createTelemetry({ service: SERVICE, fields }),
    }),
  };
}

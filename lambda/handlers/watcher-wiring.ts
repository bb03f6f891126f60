/** Assembles the ports of the watcher: Lambda and a table of another region, which is further away than one's own. */

import { LambdaClient } from '@aws-sdk/client-lambda';
import { createSyncInvoker } from '../adapters/aws/invoke.ts';
import { startClock } from '../adapters/clock.ts';
import { awsConnections } from '../adapters/connections/connection-pool.ts';
import { createBotStore } from '../adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../adapters/dynamo/client.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import type { WatcherPorts } from '../app/watcher/check-watchdog.ts';
import { ENV } from '../contract.ts';
import type { Container, Environment } from './environment.ts';

const SERVICE = 'watcher';
const CONNECT_MS = 3_000;
const ASK_MS = 5_000;

/** Gives the ports of each invocation. `fields` are in each of its log lines. */
export function watcherPorts(env: Environment): Container<WatcherPorts>['ports'] {
  const region = env[ENV.watchedRegion] ?? 'not-configured';
  const functionName = env[ENV.watchedFunction] ?? 'not-configured';
  const there = { region, maxAttempts: 3 };
  const connections = () => awsConnections({ connectionTimeout: CONNECT_MS, requestTimeout: ASK_MS });
  const lambda = new LambdaClient({ ...there, requestHandler: connections() });
  const watchdog = createSyncInvoker(lambda, functionName);
  const client = createDynamoClient({ ...there, requestHandler: connections() });
  return fields => ({
    clock: startClock(),
    telemetry: createTelemetry({ service: SERVICE, namespace: env[ENV.namespace], fields }),
    // Read each time: a stack that was created again has another table.
    bots: async () => {
      const tableName = (await watchdog.environment(ASK_MS))[ENV.botsTable];
      if (tableName === undefined) throw new Error(`${functionName} in ${region} has no variable ${ENV.botsTable}.`);
      return createBotStore({ client, tableName });
    },
  });
}

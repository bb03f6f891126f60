/** Assembles the ports of the health check: two tables, the topic, and the watcher's topic in another region. */

import { SNSClient } from '@aws-sdk/client-sns';
import { createSubscriptions } from '../adapters/aws/subscriptions.ts';
import { startClock } from '../adapters/clock.ts';
import { awsConnections } from '../adapters/connections/connection-pool.ts';
import { createBotStore } from '../adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../adapters/dynamo/client.ts';
import { createRunRecords } from '../adapters/dynamo/run-records.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import type { HealthPorts } from '../app/health/health-check.ts';
import { ENV } from '../contract.ts';
import { effectiveSettings } from '../core/config/effective-settings.ts';
import { type Container, type Environment, targetNames } from './environment.ts';

const SERVICE = 'health-check';
const CONNECT_MS = 1_000;
/** To another region. */
const AFAR_CONNECT_MS = 3_000;
const NEEDED = [ENV.botsTable, ENV.liquidationsTable, ENV.alertTopic] as const;

export function healthContainer(env: Environment): Container<HealthPorts> {
  const config = effectiveSettings({ configText: env[ENV.config], disabledText: undefined });
  const named = targetNames(env, NEEDED, SERVICE, 'the health check cannot work');
  const client = createDynamoClient();
  const sns = new SNSClient({ maxAttempts: 3, requestHandler: awsConnections({ connectionTimeout: CONNECT_MS }) });
  const kept = {
    bots: createBotStore({ client, tableName: named(ENV.botsTable) }),
    runs: createRunRecords({ client, tableName: named(ENV.liquidationsTable) }),
    subscriptions: createSubscriptions(sns, named(ENV.alertTopic)),
    watcher: watcherOf(env[ENV.watcherTopic]),
  };
  return {
    config,
    ports: fields => ({
      ...kept,
      clock: startClock(),
      telemetry: createTelemetry({ service: SERVICE, namespace: env[ENV.namespace], fields }),
    }),
  };
}

/** Undefined without an ARN: no watcher is configured. */
function watcherOf(topicArn: string | undefined): HealthPorts['watcher'] {
  const region = topicArn?.split(':')[3];
  if (topicArn === undefined || region === undefined) return undefined;
  const requestHandler = awsConnections({ connectionTimeout: AFAR_CONNECT_MS });
  const sns = new SNSClient({ region, maxAttempts: 3, requestHandler });
  return { region, subscriptions: createSubscriptions(sns, topicArn) };
}

/** Assembles the ports of the ping URL: one table, and no way to anything else. */

import { startClock } from '../adapters/clock.ts';
import { createBotStore } from '../adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../adapters/dynamo/client.ts';
import { systemRandom } from '../adapters/random.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import type { PingPorts } from '../app/ping/answer-ping.ts';
import { ENV } from '../contract.ts';
import { effectiveSettings } from '../core/config/effective-settings.ts';
import { type Container, type Environment, targetNames } from './environment.ts';

const SERVICE = 'ping';

export function pingContainer(env: Environment): Container<PingPorts> {
  const config = effectiveSettings({ configText: env[ENV.config], disabledText: undefined });
  const named = targetNames(env, [ENV.botsTable], SERVICE, 'the ping URL cannot work');
  const bots = createBotStore({ client: createDynamoClient(), tableName: named(ENV.botsTable) });
  return {
    config,
    ports: fields => ({
      bots,
      clock: startClock(),
      random: systemRandom,
      telemetry: createTelemetry({ service: SERVICE, namespace: env[ENV.namespace], fields }),
    }),
  };
}

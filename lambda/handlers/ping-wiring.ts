/** Assembles the ports of the ping URL: one table, and no way to anything else. */

import { startClock } from '../adapters/clock.ts';
import { createBotStore } from '../adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../adapters/dynamo/client.ts';
import { systemRandom } from '../adapters/random.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import type { PingPorts } from '../app/ping/answer-ping.ts';
import { ENV } from '../contract.ts';
import { type EffectiveSettings, effectiveSettings } from '../core/config/effective-settings.ts';
import type { LogEvent } from '../events.ts';

export interface PingContainer {
  readonly config: EffectiveSettings;
  /** The ports of one invocation. `fields` stand in each of its log lines. */
  ports(fields: Readonly<Record<string, unknown>>): PingPorts;
}

const SERVICE = 'ping';

export function pingContainer(env: Readonly<Record<string, string | undefined>>): PingContainer {
  const config = effectiveSettings({ configText: env[ENV.config], disabledText: undefined });
  if (!env[ENV.botsTable]) {
    const missing = `${ENV.botsTable} is not set: the ping URL cannot work; deploy the stack again`;
    createTelemetry({ service: SERVICE }).log('CRITICAL', missing, {
      event: 'deployment_incomplete',
      variable: ENV.botsTable,
    } satisfies LogEvent<'deployment_incomplete'>);
  }
  const bots = createBotStore({ client: createDynamoClient(), tableName: env[ENV.botsTable] ?? 'not-configured' });
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

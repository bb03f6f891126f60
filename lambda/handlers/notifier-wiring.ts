/**
 * Assembles the ports of the notifier: the queue, the topic, and the chat if there is one. No tables and no keys of accounts, so
 * that it works when any of those fails. The container keeps connections, the chat's address and what was already sent.
 */

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { unpackLogBatch } from '../adapters/aws/log-batch.ts';
import { createQueue } from '../adapters/aws/queue.ts';
import { createSecrets, type SecretsCache } from '../adapters/aws/secrets.ts';
import { createTopic } from '../adapters/aws/topic.ts';
import { type ChatAddress, readChatAddress } from '../adapters/chat/chat-address.ts';
import { createChat } from '../adapters/chat/chat-webhook.ts';
import { startClock } from '../adapters/clock.ts';
import { awsConnections } from '../adapters/connections/connection-pool.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { createDeduplicator } from '../app/notifier/deduplicate.ts';
import type { NotifierPorts } from '../app/notifier/ports.ts';
import { ENV } from '../contract.ts';
import { effectiveSettings } from '../core/config/effective-settings.ts';
import { placeOf } from '../views/messages/message.ts';
import { type Container, type Environment, targetNames } from './environment.ts';

const SERVICE = 'notifier';
const CONNECT_MS = 2_000;

export function notifierContainer(env: Environment): Pick<Container<NotifierPorts>, 'ports'> {
  const { settings } = effectiveSettings({ configText: env[ENV.config], disabledText: undefined });
  const named = targetNames(env, [ENV.alertTopic, ENV.notificationQueue], SERVICE, 'no message can be published');
  const requestHandler = awsConnections({ connectionTimeout: CONNECT_MS });
  const about = {
    place: placeOf(env[ENV.namespace], settings.exchange.environment, {
      docsUrl: settings.alerts.docsUrl,
      region: env.AWS_REGION,
    }),
    lockoutMs: settings.liquidation.lockoutMs,
  };
  const kept = {
    about,
    wantsDailyMessage: settings.alerts.dailyMessage ?? true,
    topic: createTopic(new SNSClient({ maxAttempts: 4, requestHandler }), named(ENV.alertTopic)),
    queue: createQueue(
      new SQSClient({ maxAttempts: 3, requestHandler }),
      env[ENV.notificationQueue] || 'http://127.0.0.1:9/not-configured',
    ),
    deduplicator: createDeduplicator(),
    pace: {},
    unpack: unpackLogBatch,
  };
  const chatSecret = env[ENV.chatSecret];
  const secretsManager = new SecretsManagerClient({ maxAttempts: 2, requestHandler });
  const cache: SecretsCache<readonly ChatAddress[]> = new Map();
  const delivered = new Set<string>();
  return {
    ports(fields) {
      const clock = startClock();
      const telemetry = createTelemetry({ service: SERVICE, namespace: env[ENV.namespace], fields });
      const secrets = createSecrets<readonly ChatAddress[]>({
        client: secretsManager,
        clock,
        parse: readChatAddress,
        holds: 'the webhook’s address',
        cache,
      });
      const chat = chatSecret
        ? createChat({
            delivered,
            addresses: timeoutMs => secrets.load(chatSecret, { fresh: false, timeoutMs }),
            redact: telemetry.redact,
          })
        : undefined;
      return { ...kept, clock, telemetry, chat };
    },
  };
}

/**
 * The notifier: reads events from the other functions' logs, through a filter that costs nothing while nothing happens, and
 * publishes messages to the topic. The liquidator needs no permission and no time for this, and it works while the tables
 * do not. With a chat, the notifier also receives the topic's messages and posts them.
 *
 *   logs ── filter ── notifier ── queue (FIFO, one batch at a time) ── notifier ── topic ── mail
 *                                                                       topic ── queue (two at a time) ── notifier ── chat
 *
 * It is the least important function, so it must never use up the concurrency of the others: work that waits for SNS or a
 * chat is behind a queue, and at most two of each run at once.
 */

import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { NOTIFIED_EVENTS_PATTERN } from '../lambda/events.ts';
import type { Alerts } from './alerts.ts';
import type { Deployment } from './deployment.ts';
import { FlatlineFunction } from './flatline-function.ts';
import type { ResourceNames } from './grants.ts';
import { keep } from './kept-resources.ts';
import { acceptFinding } from './security-checks.ts';

interface NotifierProps {
  readonly functionName: string;
  readonly names: ResourceNames;
  readonly alerts: Alerts;
  /** Of the functions whose events people are notified of. Never its own: that would be a loop. */
  readonly logGroups: readonly logs.ILogGroup[];
}

const TIMEOUT = Duration.seconds(30);
/** A failed batch is repeated after this time; not sooner than the function's own timeout (AWS Lambda, "Using SQS"). */
const VISIBILITY = Duration.seconds(60);
/** A message that is 15 minutes late is still useful. */
const RECEIVES_MAX = 15;
/** The minimum of AWS. The queue has one message group, and so one batch at a time. */
const CONCURRENCY_MAX = 2;

export class Notifier extends Construct {
  readonly function: FlatlineFunction;
  /** The queues of messages that were given up. */
  readonly undelivered: Readonly<{ lines: sqs.IQueue; chat: sqs.IQueue | undefined }>;

  constructor(scope: Construct, deployment: Deployment, { functionName, names, alerts, logGroups }: NotifierProps) {
    super(scope, 'Notifier');
    const { topic } = alerts;
    const { chatSecret } = deployment;
    const secret = chatSecret === undefined ? undefined : chatSecretOf(this, chatSecret);
    const lines = openQueue(this, 'Lines', { fifo: true });
    const chat = secret === undefined ? undefined : openQueue(this, 'Chat');
    this.undelivered = { lines: lines.deadLetters, chat: chat?.deadLetters };
    this.function = new FlatlineFunction(this, 'Default', deployment, {
      name: 'notifier',
      functionName,
      description: 'Notifies people of what the liquidator and the watchdog do: mail, chat',
      memoryMb: 256,
      timeout: TIMEOUT,
      // A delivery of log lines: it only puts them into a queue.
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      grant: {
        grantee: 'notifier',
        options: { chat: secret !== undefined },
        arns: {
          alertTopic: [topic.topicArn],
          notificationQueue: [lines.queue.queueArn],
          ...(secret ? { chatSecret: [secret.ref] } : {}),
          ...(chat ? { chatQueue: [chat.queue.queueArn] } : {}),
        },
      },
      names: { ...names, notificationQueue: lines.queue.queueUrl },
    });
    this.function.lambda.addEventSource(
      new SqsEventSource(lines.queue, { batchSize: 10, maxConcurrency: CONCURRENCY_MAX }),
    );
    const destination = new LambdaDestination(this.function.lambda);
    for (const [index, logGroup] of logGroups.entries()) {
      new logs.SubscriptionFilter(this, `Notified${index + 1}`, {
        logGroup,
        destination,
        filterPattern: logs.FilterPattern.literal(NOTIFIED_EVENTS_PATTERN),
      });
    }
    if (chat === undefined) return;
    this.function.lambda.addEventSource(
      // One message at a time: a failed post is repeated alone.
      new SqsEventSource(chat.queue, { batchSize: 1, maxConcurrency: CONCURRENCY_MAX }),
    );
    topic.addSubscription(new SqsSubscription(chat.queue));
  }
}

interface OpenQueue {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
}

function openQueue(scope: Construct, id: string, options: { readonly fifo?: true } = {}): OpenQueue {
  const common = { ...options, encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true };
  // One day: the alarm stays on while a message is in the queue, and an older message is of no use.
  const deadLetters = new sqs.Queue(scope, `${id}DeadLetters`, { ...common, retentionPeriod: Duration.days(1) });
  acceptFinding(deadLetters, 'AwsSolutions-SQS3', 'This is a dead-letter queue itself.');
  const queue = new sqs.Queue(scope, `${id}Queue`, {
    ...common,
    visibilityTimeout: VISIBILITY,
    retentionPeriod: Duration.hours(6),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: RECEIVES_MAX },
  });
  return { queue, deadLetters };
}

/** Created empty, like the exchange's keys: the address is stored by hand, and no template ever contains it. */
function chatSecretOf(scope: Construct, name: string): CfnSecret {
  const secret = new CfnSecret(scope, 'ChatSecret', {
    name,
    description: 'Address of the chat’s webhook, as text; for Telegram {"url": "…", "chat_id": "…"}. Stored by hand.',
  });
  keep(secret);
  acceptFinding(secret, 'AwsSolutions-SMG4', 'A webhook’s address is changed in the chat, by hand.');
  return secret;
}

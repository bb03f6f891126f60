/**
 * The notifier: reads what the other functions' logs tell of, through a filter that costs nothing while nothing happens,
 * and puts it into words for the topic. The liquidator needs no permission and no time for that, and it works while the
 * tables do not. With a chat, it is subscribed to the topic as well, and passes everything on.
 */

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { NOTIFIED_EVENTS_PATTERN } from '../lambda/events.ts';
import type { Alerts } from './alerts.ts';
import type { Deployment } from './deployment.ts';
import { FlatlineFunction } from './flatline-function.ts';
import type { Names } from './granting.ts';
import { acceptFinding } from './security-checks.ts';

export interface NotifierProps {
  readonly functionName: string;
  readonly names: Names;
  readonly alerts: Alerts;
  /** Of the functions whose news are told. Never its own: it would answer itself. */
  readonly logGroups: readonly logs.ILogGroup[];
}

export class Notifier extends Construct {
  readonly function: FlatlineFunction;

  constructor(scope: Construct, deployment: Deployment, { functionName, names, alerts, logGroups }: NotifierProps) {
    super(scope, 'Notifier');
    const { topic } = alerts;
    const { chatSecret } = deployment;
    const secret = chatSecret === undefined ? undefined : createEmpty(this, chatSecret);
    this.function = new FlatlineFunction(this, 'Default', {
      name: 'notifier',
      functionName,
      description: 'Tells people what the liquidator and the watchdog do: mail, chat',
      memoryMb: 256,
      timeout: Duration.seconds(60),
      // Logs, notifier, topic, notifier, chat: it comes by twice, never more.
      recursiveLoop: lambda.RecursiveLoop.TERMINATE,
      // A message that is minutes late is still worth having. No dead letters: a chat that is down for hours would
      // bury the event of a liquidation that was lost.
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      configJson: deployment.configJson,
      grant: {
        grantee: 'notifier',
        options: { chat: secret !== undefined },
        arns: { alertTopic: [topic.topicArn], ...(secret ? { chatSecret: [secret.ref] } : {}) },
      },
      names,
    });
    const destination = new LambdaDestination(this.function.lambda);
    for (const [index, logGroup] of logGroups.entries()) {
      new logs.SubscriptionFilter(this, `Told${index + 1}`, {
        logGroup,
        destination,
        filterPattern: logs.FilterPattern.literal(NOTIFIED_EVENTS_PATTERN),
      });
    }
    if (secret) topic.addSubscription(new LambdaSubscription(this.function.lambda));
  }
}

/** Without any content, like the exchange's keys: the address is put in by hand, and no template ever holds it. */
function createEmpty(scope: Construct, name: string): CfnSecret {
  const secret = new CfnSecret(scope, 'ChatSecret', {
    name,
    description: 'Address of the chat’s webhook, as text; for Telegram {"url": "…", "chat_id": "…"}. Put in by hand.',
  });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
  acceptFinding(secret, 'AwsSolutions-SMG4', 'A webhook’s address is changed in the chat, by hand.');
  return secret;
}

/**
 * The alerts: one topic for people, to which the alarms and the notifier publish, and one dead-letter queue each for events
 * of the liquidator and of the watchdog: a lost watchdog run is harmless, a lost liquidation is not.
 * The topic is not encrypted with a key, because CloudWatch could then publish only with a statement in that key's
 * policy, and an alarm that cannot be published is not reported; its messages contain no secret.
 */

import { Aws, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Deployment, stackName } from './deployment.ts';
import { acceptFinding } from './security-checks.ts';

export class Alerts extends Construct {
  readonly topic: sns.Topic;
  readonly deadLetters: Readonly<Record<'liquidations' | 'ticks', sqs.Queue>>;

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, 'Alerts');
    this.topic = new sns.Topic(this, 'Topic', { displayName: stackName(deployment), enforceSSL: true });
    letPublish(this.topic, 'AlarmsOfThisAccount', ['cloudwatch']);
    if (deployment.alertEmail !== undefined) this.topic.addSubscription(new EmailSubscription(deployment.alertEmail));

    this.deadLetters = {
      liquidations: openDeadLetters(this, 'LiquidationDeadLetters'),
      ticks: openDeadLetters(this, 'TickDeadLetters'),
    };
  }
}

function openDeadLetters(scope: Construct, id: string): sqs.Queue {
  const queue = new sqs.Queue(scope, id, {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acceptFinding(queue, 'AwsSolutions-SQS3', 'This is a dead-letter queue itself.');
  return queue;
}

/**
 * `enforceSSL` writes a topic policy, and that replaces the default one by which the account's own alarms may publish:
 * without this statement they fail with "no resource-based policy allows SNS:Publish".
 */
export function letPublish(topic: sns.Topic, sid: string, services: readonly string[]): void {
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      sid,
      principals: services.map(service => new iam.ServicePrincipal(`${service}.amazonaws.com`)),
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
}

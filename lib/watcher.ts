/**
 * A second check from another region, which only warns: a small stack that reads every five minutes when the watchdog last
 * ran, and an alarm with a topic of its own. It can neither liquidate nor write anything.
 *
 *   rule, each 5 minutes ──▶ watcher ──▶ the watchdog's row in the watched region
 *                               └─ metric ──▶ alarm, also where there is no metric ──▶ topic ──▶ mail
 */

import { type App, ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { WATCHDOG_ROW } from '../lambda/bot-row.ts';
import { ENV, METRICS } from '../lambda/contract.ts';
import { guideAt } from '../lambda/guide-link.ts';
import { letPublish } from './alerts.ts';
import { type Deployment, stackName, watcherName } from './deployment.ts';
import { FlatlineFunction } from './flatline-function.ts';
import { onlyOf } from './grants.ts';
import { acceptFinding } from './security-checks.ts';
import { addTags } from './tags.ts';

interface Watching {
  /** Where it runs. */
  readonly region: string;
  /** Where the watchdog is. */
  readonly watched: string;
}

const EVERY = Duration.minutes(5);
/** The watchdog runs each minute; two lost runs do not alarm. */
const SILENT_SECONDS = 300;
/** How AWS CloudFormation begins the name of the table: its stack, and the construct's path (lib/stores.ts). */
const BOTS_TABLE = 'StoresBots';

export class WatcherStack extends Stack {
  constructor(app: App, deployment: Deployment, { region, watched }: Watching) {
    const of = stackName(deployment);
    const name = watcherName(deployment);
    super(app, name, {
      description: `flatline ${deployment.version}: checks from ${region} that the watchdog of ${of} runs in ${watched}`,
      env: { region },
    });
    const watchdog = `${of}-watchdog`;
    const arnThere = (service: string, resource: string, resourceName: string, arnFormat: ArnFormat): string =>
      this.formatArn({ service, region: watched, resource, resourceName, arnFormat });
    const fn = new FlatlineFunction(
      this,
      'Watcher',
      { ...deployment, configJson: '{}' },
      {
        name: 'watcher',
        functionName: name,
        description: `Each 5 minutes: when did the watchdog of ${of} in ${watched} last run?`,
        memoryMb: 256,
        timeout: Duration.seconds(30),
        // The next read comes before a repetition would.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
        grant: {
          grantee: 'watcher',
          options: {},
          arns: {
            watchedFunction: [arnThere('lambda', 'function', watchdog, ArnFormat.COLON_RESOURCE_NAME)],
            watchedRow: [arnThere('dynamodb', 'table', `${of}-${BOTS_TABLE}*`, ArnFormat.SLASH_RESOURCE_NAME)],
          },
          conditions: { watchedRow: onlyOf({ LeadingKeys: [WATCHDOG_ROW] }) },
        },
        names: {},
        variables: { [ENV.watchedRegion]: watched, [ENV.watchedFunction]: watchdog },
      },
    );
    acceptFinding(
      this,
      `AwsSolutions-IAM5[Resource::arn:aws:dynamodb:${watched}:<AWS::AccountId>:table/${of}-${BOTS_TABLE}*]`,
      'AWS CloudFormation ends the name of the table with letters drawn at random.',
    );
    new events.Rule(this, 'Look', {
      schedule: events.Schedule.rate(EVERY),
      targets: [new targets.LambdaFunction(fn.lambda, { maxEventAge: Duration.minutes(1), retryAttempts: 0 })],
    });
    // Named: the health check of the watched region asks by this name whether the mail is confirmed.
    const topic = new sns.Topic(this, 'Topic', { topicName: name, displayName: name, enforceSSL: true });
    letPublish(topic, 'AlarmsOfThisAccount', ['cloudwatch']);
    if (deployment.alertEmail !== undefined) topic.addSubscription(new EmailSubscription(deployment.alertEmail));
    const alarm = new cloudwatch.Alarm(this, 'Silent', {
      alarmName: `${name}-silent`,
      alarmDescription: `The watchdog of ${of} in ${watched} has not run for five minutes, or its last run cannot be read: silent bots may not be noticed. What to do: ${guideAt('The watcher finds the watchdog silent', deployment.docsUrl)}`,
      metric: new cloudwatch.Metric({
        namespace: name,
        metricName: METRICS.watchedSilenceSeconds,
        dimensionsMap: { service: 'watcher' },
        statistic: 'Maximum',
        period: EVERY,
      }),
      threshold: SILENT_SECONDS,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    addTags(this, deployment);
  }
}

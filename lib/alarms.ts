/** Creates the alarms of alarm-list.ts, each named for its stack, with the topic as its action. */

import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { guideAt } from '../lambda/guide-link.ts';
import { ALARMS, type AlarmSpec, type Watched, type WatchedFunction } from './alarm-list.ts';
import type { Alerts } from './alerts.ts';
import { type Deployment, stackName } from './deployment.ts';
import { flatlineMetric } from './metrics.ts';

interface AlarmsProps {
  readonly alerts: Alerts;
  readonly functions: Readonly<
    Record<Exclude<WatchedFunction, 'ping' | 'trail-copy'>, IFunction> & { ping?: IFunction; 'trail-copy'?: IFunction }
  >;
  /** Dead letters of the notifier: of log lines, and, with a chat, of its messages. */
  readonly undelivered: Readonly<{ lines: sqs.IQueue; chat: sqs.IQueue | undefined }>;
}

export class Alarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, deployment: Deployment, props: AlarmsProps) {
    super(scope, 'Alarms');
    const action = new SnsAction(props.alerts.topic);
    const has = {
      chat: props.undelivered.chat !== undefined,
      canary: deployment.canary,
      email: deployment.alertEmail !== undefined,
      ping: deployment.pingUrl,
      'trail-copy': deployment.trailCopyDays > 0,
    };
    const wanted = ALARMS.filter(({ onlyWith }) => onlyWith === undefined || has[onlyWith]);
    this.alarms = wanted.map(({ id, sentence, heading, watched, rings }) => {
      const alarm = new cloudwatch.Alarm(this, id, {
        alarmName: `${stackName(deployment)}-${id}`,
        alarmDescription: `${sentence} What to do: ${guideAt(heading, deployment.docsUrl)}`,
        metric: metricOf(deployment, watched, Duration.minutes(rings.periodMinutes), props),
        threshold: thresholdIn(deployment, rings.threshold),
        comparisonOperator:
          rings.when === 'above'
            ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
            : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: rings.periods,
        datapointsToAlarm: rings.datapoints,
        treatMissingData: rings.onMissingData
          ? cloudwatch.TreatMissingData.BREACHING
          : cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      return alarm;
    });
  }
}

function metricOf(
  deployment: Deployment,
  watched: Watched,
  period: Duration,
  { alerts, functions, undelivered }: AlarmsProps,
): cloudwatch.IMetric {
  switch (watched.kind) {
    case 'flatline':
      return flatlineMetric(deployment, watched.metric, watched.service, { statistic: watched.statistic, period });
    case 'function':
      return functionNamed(functions, watched.name).metric(watched.metric, { statistic: 'Sum', period });
    case 'stream-age':
      return functionNamed(functions, watched.name).metric('IteratorAge', { statistic: 'Maximum', period });
    case 'arrivals':
      return alerts.deadLetters[watched.queue].metricNumberOfMessagesSent({ statistic: 'Sum', period });
    case 'undelivered':
      // Messages that a queue moves to its dead-letter queue are not counted as sent.
      return (undelivered[watched.queue] ?? undelivered.lines).metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period,
      });
    case 'topic':
      return alerts.topic.metricNumberOfNotificationsFailed({ statistic: 'Sum', period });
    case 'account-concurrency':
      return new cloudwatch.Metric({
        namespace: 'AWS/Lambda',
        metricName: 'ConcurrentExecutions',
        statistic: 'Maximum',
        period,
      });
  }
}

function functionNamed(functions: AlarmsProps['functions'], name: WatchedFunction): IFunction {
  const found = functions[name];
  if (found === undefined)
    throw new Error(`There is an alarm about ${name}, which is not deployed: add onlyWith to it.`);
  return found;
}

function thresholdIn(
  { timeoutMs, accountConcurrency }: Deployment,
  threshold: AlarmSpec['rings']['threshold'],
): number {
  if (typeof threshold === 'number') return threshold;
  return 'ofTimeout' in threshold ? threshold.ofTimeout * timeoutMs : threshold.ofConcurrency * accountConcurrency;
}

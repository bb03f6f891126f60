/** Makes the alarms of alarm-list.ts, each named for its stack and ringing at the topic. */

import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ALARMS, type AlarmSpec, type Watched, type WatchedFunction } from './alarm-list.ts';
import type { Alerts } from './alerts.ts';
import { type Deployment, stackName } from './deployment.ts';
import { flatlineMetric } from './metrics.ts';

export interface AlarmsProps {
  readonly alerts: Alerts;
  readonly functions: Readonly<Record<WatchedFunction, IFunction>>;
}

export class Alarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, deployment: Deployment, props: AlarmsProps) {
    super(scope, 'Alarms');
    const action = new SnsAction(props.alerts.topic);
    this.alarms = ALARMS.map(spec => {
      const alarm = new cloudwatch.Alarm(this, spec.id, {
        alarmName: `${stackName(deployment)}-${spec.id}`,
        alarmDescription: `${spec.sentence} What to do: docs/troubleshooting.md, ${spec.heading}`,
        metric: metricOf(deployment, spec.watched, Duration.minutes(spec.rings.periodMinutes), props),
        ...thresholdOf(spec, deployment),
        evaluationPeriods: spec.rings.periods,
        treatMissingData: spec.rings.onMissingData
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
  { alerts, functions }: AlarmsProps,
): cloudwatch.IMetric {
  switch (watched.kind) {
    case 'flatline':
      return flatlineMetric(deployment, watched.metric, watched.service, { statistic: watched.statistic, period });
    case 'function':
      return functions[watched.name].metric(watched.metric, { statistic: 'Sum', period });
    case 'dead-letters':
      return alerts.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period });
  }
}

function thresholdOf({ rings }: AlarmSpec, { timeoutMs }: Deployment) {
  const { when, threshold } = rings;
  return {
    threshold: typeof threshold === 'number' ? threshold : threshold.ofTimeout * timeoutMs,
    comparisonOperator:
      when === 'above'
        ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  };
}

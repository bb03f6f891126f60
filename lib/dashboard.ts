/**
 * One page for emergencies: the control panel, the alarms, whether liquidations end flat and how fast, the bots, and the
 * last log lines with problems.
 */

import { Aws, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AnswerState } from '../lambda/contract.ts';
import { dashboardName, dashboardUrl } from '../lambda/guide-link.ts';
import { type Deployment, stackName } from './deployment.ts';
import { executionsSearch, flatlineMetric, type MetricOptions } from './metrics.ts';
import { type FlatlineQuery, QUERIES } from './query-list.ts';

interface DashboardProps {
  readonly controlPanel: cloudwatch.IWidget;
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly logGroups: readonly ILogGroup[];
}

const WIDTH = 24;
const HALF = 12;
const THIRD = 8;
/** Executions are rare: hourly periods make a rate meaningful. */
const HOUR = Duration.hours(1);

export class Dashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, deployment: Deployment, { controlPanel, alarms, logGroups }: DashboardProps) {
    super(scope, 'Dashboard');
    const name = stackName(deployment);
    new cloudwatch.Dashboard(this, 'Page', {
      dashboardName: dashboardName(name, Aws.REGION),
      defaultInterval: Duration.hours(24),
      widgets: [
        [controlPanel],
        [new cloudwatch.AlarmStatusWidget({ title: 'Alarms', width: WIDTH, height: 5, alarms: [...alarms] })],
        [successRates(deployment), executions(deployment), speed(deployment)],
        [bots(deployment), exchange(deployment)],
        [lines('Warnings and errors', QUERIES.errors, logGroups)],
      ],
    });
    this.url = dashboardUrl(Aws.REGION, name);
  }
}

function successRates(deployment: Deployment): cloudwatch.IWidget {
  const sum = (metric: 'positionsClosed' | 'positionsFailed') =>
    flatlineMetric(deployment, metric, 'liquidator', { statistic: 'Sum', period: HOUR });
  return new cloudwatch.GraphWidget({
    title: 'Success rates per hour',
    width: THIRD,
    leftYAxis: { min: 0, max: 100, label: '%', showUnits: false },
    left: [
      shareOf(deployment, ['completed'], 'liquidations that ended flat'),
      shareOf(deployment, ['partial', 'failed'], 'liquidations that did not'),
      new cloudwatch.MathExpression({
        expression: '100 * closed / (closed + notClosed)',
        usingMetrics: { closed: sum('positionsClosed'), notClosed: sum('positionsFailed') },
        period: HOUR,
        label: 'positions closed',
      }),
    ],
  });
}

/** Both shares are drawn, because a share of zero has no value. */
function shareOf(deployment: Deployment, states: readonly AnswerState[], label: string): cloudwatch.MathExpression {
  const every = executionsSearch(deployment, ['completed', 'partial', 'failed'], HOUR);
  return new cloudwatch.MathExpression({
    expression: `100 * ${executionsSearch(deployment, states, HOUR)} / ${every}`,
    period: HOUR,
    label,
  });
}

function executions(deployment: Deployment): cloudwatch.IWidget {
  const period = Duration.minutes(5);
  return new cloudwatch.GraphWidget({
    title: 'Executions',
    width: THIRD,
    stacked: true,
    left: (['completed', 'partial', 'failed', 'skipped', 'in_progress'] as const).map(
      state =>
        new cloudwatch.MathExpression({
          expression: executionsSearch(deployment, [state], period),
          period,
          label: state,
        }),
    ),
  });
}

function speed(deployment: Deployment): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title: 'Time to flat and to the answer, ms',
    width: THIRD,
    left: [
      flatlineMetric(deployment, 'timeToFlatMs', 'liquidator', { statistic: 'Maximum', label: 'time to flat' }),
      flatlineMetric(deployment, 'durationMs', 'liquidator', { statistic: 'Maximum', label: 'duration' }),
    ],
    leftAnnotations: [{ value: deployment.timeoutMs, label: 'timeout', color: cloudwatch.Color.RED }],
  });
}

function bots(deployment: Deployment): cloudwatch.IWidget {
  const seen = (metric: 'botsArmed' | 'botsLate' | 'botsDead' | 'unfinished', label: string) =>
    flatlineMetric(deployment, metric, 'watchdog', { statistic: 'Maximum', label });
  return new cloudwatch.GraphWidget({
    title: 'Bots, as seen by the watchdog',
    width: HALF,
    left: [
      seen('botsArmed', 'armed'),
      seen('botsLate', 'late'),
      seen('botsDead', 'dead'),
      seen('unfinished', 'liquidations not flat'),
    ],
    right: [
      flatlineMetric(deployment, 'secondsSinceBeat', 'watchdog', {
        statistic: 'Maximum',
        label: 'seconds since the last heartbeat',
      }),
    ],
    rightYAxis: { min: 0 },
  });
}

function exchange(deployment: Deployment): cloudwatch.IWidget {
  const latency = (statistic: MetricOptions['statistic']) =>
    flatlineMetric(deployment, 'exchangeLatencyMs', 'liquidator', { statistic, label: `latency ${statistic}, ms` });
  return new cloudwatch.GraphWidget({
    title: 'The exchange',
    width: HALF,
    left: [latency('p50'), latency('p95')],
    right: [
      flatlineMetric(deployment, 'weightUsed', 'liquidator', { statistic: 'Maximum', label: 'weight used' }),
      flatlineMetric(deployment, 'retries', 'liquidator', { statistic: 'Sum', label: 'retries' }),
    ],
  });
}

function lines(title: string, { lines: queryLines }: FlatlineQuery, logGroups: readonly ILogGroup[]) {
  return new cloudwatch.LogQueryWidget({
    title,
    width: WIDTH,
    height: 8,
    logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
    queryLines: [...queryLines],
  });
}

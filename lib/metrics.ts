/**
 * The metrics as the functions emit them, for alarms and the dashboard: a name of lambda/contract.ts and exactly the
 * dimensions of the line that carries it, in the namespace of its stack. Nothing emits zeros: no datapoint means "did not happen".
 */

import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../lambda/bundling.ts';
import { type AnswerState, METRICS } from '../lambda/contract.ts';
import { type Deployment, stackName } from './deployment.ts';

export interface MetricOptions {
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'p50' | 'p95';
  readonly period?: Duration;
  readonly label?: string;
}

/** A metric with only the dimension `service`. */
export function flatlineMetric(
  deployment: Deployment,
  metric: keyof typeof METRICS,
  service: FunctionName,
  { statistic, period = Duration.minutes(1), label }: MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: stackName(deployment),
    metricName: METRICS[metric],
    dimensionsMap: { service },
    statistic,
    period,
    ...(label === undefined ? {} : { label }),
  });
}

/**
 * Executions that ended in one of `states`, as an expression for graphs: a search costs nothing, and also finds future
 * triggers. Without a match there is no value, not zero.
 */
export function executionsSearch(deployment: Deployment, states: readonly AnswerState[], period: Duration): string {
  const anyOf = states.map(state => `"${state}"`).join(' OR ');
  // Quoted: without quotes, CloudWatch ("Using search expressions") accepts only letters and digits.
  const search = `{"${stackName(deployment)}",service,state,trigger} MetricName="${METRICS.executions}" state=(${anyOf})`;
  return `SUM(SEARCH('${search}', 'Sum', ${period.toSeconds()}))`;
}

/** Every alarm watches a metric that is emitted, rings when it should, and names the heading that cures it. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METRICS, TRIGGERS } from '../../lambda/contract.ts';
import { ALARMS } from '../../lib/alarm-list.ts';
import { resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf({ timeoutMs: 5_000 });
const alarms = new Map(
  [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) => [
    String(Properties.AlarmName).replace('flatline-production-', ''),
    Properties,
  ]),
);
const headings = [
  ...readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8').matchAll(/^## (.+)$/gm),
].map(([, heading]) => heading);

const service = (Value: string) => [{ Name: 'service', Value }];
const functionNamed = (id: string) => [{ Name: 'FunctionName', Value: { Ref: expect.stringContaining(id) } }];
const queue = [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'QueueName'] } }];

describe('what each alarm watches', () => {
  test.each([
    ['positions-failed', 'flatline', 'PositionsFailed', service('liquidator'), 'Sum', '> 0'],
    ['liquidator-gave-up', 'flatline', 'ResumeGaveUp', service('liquidator'), 'Sum', '> 0'],
    ['watchdog-gave-up', 'flatline', 'ResumeGaveUp', service('watchdog'), 'Sum', '> 0'],
    ['liquidation-stuck', 'flatline', 'UnfinishedAgeMs', service('watchdog'), 'Maximum', '> 5000'],
    ['liquidation-slow', 'flatline', 'DurationMs', service('liquidator'), 'Maximum', '> 4000'],
    ['bot-dead', 'flatline', 'BotsDead', service('watchdog'), 'Maximum', '> 0'],
    ['bot-late', 'flatline', 'BotsLate', service('watchdog'), 'Maximum', '> 0'],
    ['watchdog-failures', 'flatline', 'WatchdogFailures', service('watchdog'), 'Sum', '> 0'],
    ['watchdog-blind', 'flatline', 'WatchdogBlind', service('watchdog'), 'Sum', '> 0'],
    ['preflight-failed', 'flatline', 'PreflightFailed', service('liquidator'), 'Sum', '> 0'],
    ['dead-letters', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', queue, 'Maximum', '> 0'],
    ['liquidator-errors', 'AWS/Lambda', 'Errors', functionNamed('Liquidator'), 'Sum', '> 0'],
    ['watchdog-errors', 'AWS/Lambda', 'Errors', functionNamed('Watchdog'), 'Sum', '> 0'],
    ['liquidator-throttles', 'AWS/Lambda', 'Throttles', functionNamed('Liquidator'), 'Sum', '> 0'],
    ['watchdog-throttles', 'AWS/Lambda', 'Throttles', functionNamed('Watchdog'), 'Sum', '> 0'],
    ['liquidator-audit', 'flatline', 'AuditWriteFailures', service('liquidator'), 'Sum', '> 0'],
    ['watchdog-audit', 'flatline', 'AuditWriteFailures', service('watchdog'), 'Sum', '> 0'],
  ])('%s rings within a minute: %s %s', (id, Namespace, MetricName, Dimensions, Statistic, when) => {
    const properties = alarms.get(id);
    expect(properties).toMatchObject({ Namespace, MetricName, Dimensions, Statistic, Period: 60 });
    expect(properties).toMatchObject({
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: Number(when.slice(2)),
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('watchdog-silent rings when it was not invoked for three minutes', () => {
    expect(alarms.get('watchdog-silent')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: functionNamed('Watchdog'),
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 3,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('preflight-overdue rings after 26 hours without one that passed', () => {
    expect(alarms.get('preflight-overdue')).toMatchObject({
      MetricName: 'PreflightPassed',
      Dimensions: service('liquidator'),
      Period: 3_600,
      EvaluationPeriods: 26,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('liquidation-failed adds up the failures of every trigger, within the ten that an alarm may add', () => {
    const { Metrics } = alarms.get('liquidation-failed');
    const [sum, ...parts] = Metrics;
    expect(sum.Expression).toBe('SUM([m0, m1, m2, m3, m4, m5, m6, m7, m8, m9])');
    expect(parts).toHaveLength(10);
    const dimensions = parts.map(({ MetricStat }: { MetricStat: { Metric: unknown } }) => MetricStat.Metric);
    for (const trigger of [...TRIGGERS, 'none']) {
      expect(dimensions).toContainEqual({
        Namespace: 'flatline',
        MetricName: 'Executions',
        Dimensions: [
          { Name: 'service', Value: 'liquidator' },
          { Name: 'state', Value: 'failed' },
          { Name: 'trigger', Value: trigger },
        ],
      });
    }
  });

  test('the thresholds follow the configured timeout', () => {
    const slower = resourcesOf(templateOf({ timeoutMs: 30_000 }), 'AWS::CloudWatch::Alarm');
    const thresholdOf = (id: string) =>
      [...slower.values()].find(({ Properties }) => Properties.AlarmName === `flatline-production-${id}`)?.Properties
        .Threshold;
    expect(thresholdOf('liquidation-slow')).toBe(24_000);
    expect(thresholdOf('liquidation-stuck')).toBe(30_000);
  });

  test('the table above has them all', () => {
    expect(alarms.size).toBe(20);
    expect(ALARMS).toHaveLength(20);
  });
});

describe('what each alarm says', () => {
  test.each(ALARMS.map(({ id, heading }) => [id, heading]))(
    '%s rings at the topic and ends with its cure: %s',
    (id, heading) => {
      const { AlarmActions, AlarmDescription } = alarms.get(id);
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlertsTopic/) }]);
      expect(AlarmDescription.endsWith(`docs/troubleshooting.md, ${heading}`)).toBe(true);
    },
  );

  test.each(ALARMS.map(({ id, heading }) => [id, heading]))(
    'the document that %s sends people to has the heading "%s"',
    (_id, heading) => {
      expect(headings).toContain(heading);
    },
  );
});

test('metrics of ours that alarms name are metrics of the contract', () => {
  const names = [...alarms.values()].filter(({ Namespace }) => Namespace === 'flatline').map(one => one.MetricName);
  expect(names.filter(name => !(Object.values(METRICS) as readonly string[]).includes(name))).toEqual([]);
});

/** Every alarm watches a metric that is emitted, rings when it should, and names the heading that cures it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALARMS } from '../../lib/alarm-list.ts';
import { listFiles, ROOT } from '../docs/markdown.ts';
import { resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf({
  timeoutMs: 5_000,
  chatSecret: 'flatline/chat',
  alertEmail: 'ops@example.com',
  pingUrl: true,
  trailCopyDays: 400,
});
const alarms = new Map(
  [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) => [
    String(Properties.AlarmName).replace('flatline-production-', ''),
    Properties,
  ]),
);
const guide = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
const headings = [...guide.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

const service = (Value: string) => [{ Name: 'service', Value }];
const functionNamed = (id: string) => [{ Name: 'FunctionName', Value: { Ref: expect.stringContaining(id) } }];
const queue = (id: string) => [
  { Name: 'QueueName', Value: { 'Fn::GetAtt': [expect.stringContaining(`${id}DeadLetters`), 'QueueName'] } },
];
const topic = [{ Name: 'TopicName', Value: { 'Fn::GetAtt': [expect.stringMatching(/^AlertsTopic/), 'TopicName'] } }];

/** The code that counts: a metric by its name in METRICS, or by its key in a table of counts. */
const emitting = listFiles('lambda/app/*.ts', 'lambda/handlers/*.ts')
  .map(file => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');

describe('what each alarm watches', () => {
  test.each([
    ['liquidation-failed', 'flatline-production', 'LiquidationsFailed', service('liquidator'), 'Sum', '> 0'],
    ['positions-failed', 'flatline-production', 'PositionsFailed', service('liquidator'), 'Sum', '> 0'],
    ['liquidator-gave-up', 'flatline-production', 'ResumeGaveUp', service('liquidator'), 'Sum', '> 0'],
    ['watchdog-gave-up', 'flatline-production', 'ResumeGaveUp', service('watchdog'), 'Sum', '> 0'],
    ['liquidation-stuck', 'flatline-production', 'UnfinishedAgeMs', service('watchdog'), 'Maximum', '> 5000'],
    ['liquidation-slow', 'flatline-production', 'DurationMs', service('liquidator'), 'Maximum', '> 4000'],
    ['bot-dead', 'flatline-production', 'BotsDead', service('watchdog'), 'Maximum', '> 0'],
    ['bot-late', 'flatline-production', 'BotsLate', service('watchdog'), 'Maximum', '> 0'],
    ['bot-unprotected', 'flatline-production', 'BotsUnprotected', service('watchdog'), 'Sum', '> 0'],
    ['bot-row-invalid', 'flatline-production', 'BotRowsInvalid', service('watchdog'), 'Sum', '> 0'],
    ['liquidator-not-invoked', 'flatline-production', 'InvokeFailures', service('watchdog'), 'Sum', '> 0'],
    ['watchdog-failures', 'flatline-production', 'WatchdogFailures', service('watchdog'), 'Sum', '> 0'],
    ['watchdog-blind', 'flatline-production', 'WatchdogBlind', service('watchdog'), 'Sum', '> 0'],
    ['preflight-failed', 'flatline-production', 'PreflightFailed', service('liquidator'), 'Sum', '> 0'],
    ['canary-failed', 'flatline-production', 'CanaryFailed', service('health-check'), 'Sum', '> 0'],
    ['liquidation-lost', 'AWS/Lambda', 'AsyncEventsDropped', functionNamed('Liquidator'), 'Sum', '> 0'],
    ['liquidation-dead-letter', 'AWS/SQS', 'NumberOfMessagesSent', queue('Liquidation'), 'Sum', '> 0'],
    ['tick-lost', 'AWS/SQS', 'NumberOfMessagesSent', queue('Tick'), 'Sum', '> 0'],
    ['liquidator-destination', 'AWS/Lambda', 'DestinationDeliveryFailures', functionNamed('Liquidator'), 'Sum', '> 0'],
    ['message-given-up', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', queue('Lines'), 'Maximum', '> 0'],
    ['chat-message-given-up', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', queue('Chat'), 'Maximum', '> 0'],
    ['topic-delivery-failed', 'AWS/SNS', 'NumberOfNotificationsFailed', topic, 'Sum', '> 0'],
    ['concurrency-high', 'AWS/Lambda', 'ConcurrentExecutions', undefined, 'Maximum', '> 800'],
    ['liquidator-errors', 'AWS/Lambda', 'Errors', functionNamed('Liquidator'), 'Sum', '> 0'],
    ['watchdog-errors', 'AWS/Lambda', 'Errors', functionNamed('Watchdog'), 'Sum', '> 0'],
    ['liquidator-throttles', 'AWS/Lambda', 'Throttles', functionNamed('Liquidator'), 'Sum', '> 0'],
    ['watchdog-throttles', 'AWS/Lambda', 'Throttles', functionNamed('Watchdog'), 'Sum', '> 0'],
    ['ping-throttled', 'AWS/Lambda', 'Throttles', functionNamed('Ping'), 'Sum', '> 0'],
    ['ping-errors', 'AWS/Lambda', 'Errors', functionNamed('Ping'), 'Sum', '> 0'],
    ['ping-not-stored', 'flatline-production', 'PingsNotStored', service('ping'), 'Sum', '> 0'],
    ['ping-probe-failed', 'flatline-production', 'PingProbesFailed', service('watchdog'), 'Sum', '> 0'],
    ['liquidator-audit', 'flatline-production', 'AuditWriteFailures', service('liquidator'), 'Sum', '> 0'],
    ['watchdog-audit', 'flatline-production', 'AuditWriteFailures', service('watchdog'), 'Sum', '> 0'],
    ['trail-copy-behind', 'AWS/Lambda', 'IteratorAge', functionNamed('TrailCopy'), 'Maximum', '> 3600000'],
    ['notifier-failed', 'AWS/Lambda', 'Errors', functionNamed('Notifier'), 'Sum', '> 0'],
  ])('%s is in alarm within a minute: %s %s', (id, Namespace, MetricName, Dimensions, Statistic, when) => {
    const properties = alarms.get(id);
    expect(properties).toMatchObject({ Namespace, MetricName, Statistic, Period: 60 });
    expect(properties.Dimensions).toEqual(Dimensions);
    expect(properties).toMatchObject({
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: Number(when.slice(2)),
      // The metrics of a dead-letter queue come late; test/lib/alarm-timing.test.ts has why.
      EvaluationPeriods: MetricName === 'NumberOfMessagesSent' ? 20 : 5,
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('watchdog-silent is in alarm when no watchdog run was finished for three minutes, whatever the reason', () => {
    expect(alarms.get('watchdog-silent')).toMatchObject({
      Namespace: 'flatline-production',
      MetricName: 'WatchdogTicks',
      Dimensions: service('watchdog'),
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 3,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('W11: preflight-overdue measures the oldest preflight of all bots, not their sum', () => {
    expect(alarms.get('preflight-overdue')).toMatchObject({
      MetricName: 'PreflightAgeHours',
      Dimensions: service('health-check'),
      Statistic: 'Maximum',
      Period: 3_600,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 26,
      TreatMissingData: 'notBreaching',
    });
  });

  test.each([
    ['health-check-silent', 'HealthChecks', 'health-check', 3],
    ['canary-overdue', 'CanaryPassed', 'health-check', 26],
    ['daily-message-overdue', 'DailyMessages', 'notifier', 26],
  ])('%s is in alarm when %s has not come for hours', (id, MetricName, of, hours) => {
    expect(alarms.get(id)).toMatchObject({
      ...{ MetricName, Dimensions: service(of), Statistic: 'Sum', Period: 3_600, EvaluationPeriods: hours },
      ...{ ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: 'breaching' },
    });
  });

  test('W12: nobody-subscribed is in alarm when no subscription is confirmed', () => {
    expect(alarms.get('nobody-subscribed')).toMatchObject({
      ...{ MetricName: 'ConfirmedSubscriptions', Statistic: 'Minimum', ComparisonOperator: 'LessThanThreshold' },
      ...{ Threshold: 1, TreatMissingData: 'notBreaching' },
    });
  });

  test('each watches one metric, and pays for one', () => {
    expect([...alarms.values()].filter(({ Metrics }) => Metrics !== undefined)).toEqual([]);
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
    expect(alarms.size).toBe(41);
    expect(ALARMS).toHaveLength(41);
  });
});

describe('what each alarm says', () => {
  test.each(ALARMS.map(({ id, heading }) => [id, heading]))(
    '%s notifies the topic, and its description ends with the section of the guide: %s',
    (id, heading) => {
      const { AlarmActions, AlarmDescription } = alarms.get(id);
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlertsTopic/) }]);
      expect(AlarmDescription.endsWith(`docs/troubleshooting.md, "${heading}"`)).toBe(true);
    },
  );

  test.each(ALARMS.map(({ id, heading }) => [id, heading]))(
    'the document that %s names has the heading "%s"',
    (_id, heading) => {
      expect(headings).toContain(heading);
    },
  );
});

test('every alarm that the document names exists, and each is named in its own section', () => {
  const ids: readonly string[] = ALARMS.map(({ id }) => id);
  const sections = guide.split(/^(?=## )/m);
  const spokenOf = sections.flatMap(section => section.match(/[Aa]larms? `[a-z-]+`(,? (and )?`[a-z-]+`)*/g) ?? []);
  const named = spokenOf.flatMap(words => [...words.matchAll(/`([a-z-]+)`/g)].map(([, id = '']) => id));
  // The last is the alarm of the watcher's own stack.
  expect(named.filter(id => ![...ids, '-watcher-silent'].includes(id))).toEqual([]);
  const silent = ALARMS.filter(({ id, heading }) => {
    const own = sections.find(section => section.startsWith(`## ${heading}\n`));
    return own?.includes(`\`${id}\``) !== true;
  });
  expect(silent.map(({ id, heading }) => `${id} in ${heading}`)).toEqual([]);
});

test.each(ALARMS.flatMap(({ id, watched }) => (watched.kind === 'flatline' ? [[id, watched.metric] as const] : [])))(
  'the metric of %s is emitted: %s',
  (_id, metric) => {
    expect(emitting).toMatch(new RegExp(`METRICS\\.${metric}\\b|'${metric}'|\\b${metric}: `));
  },
);

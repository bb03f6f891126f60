import { describe, expect, test } from 'vitest';
import { resource, resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf({ alertEmail: 'ops@example.com' });

describe('the topic', () => {
  test('lets this account’s alarms publish, no rule of EventBridge, and only with TLS', () => {
    const { Statement } = resource(template, 'AWS::SNS::TopicPolicy', 'Alerts').Properties.PolicyDocument;
    // W13: no rule of this stack publishes. If rules could, anyone who can create a rule could send alerts as flatline.
    expect(Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow')).toEqual([
      {
        Sid: 'AlarmsOfThisAccount',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: expect.stringMatching(/^AlertsTopic/) },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  test('has no key that alarms would need a permission for', () => {
    expect(resource(template, 'AWS::SNS::Topic', 'Alerts').Properties).not.toHaveProperty('KmsMasterKeyId');
  });

  test('mails to the configured address, and to no other', () => {
    expect(resource(template, 'AWS::SNS::Subscription', 'Alerts').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    expect(resourcesOf(templateOf(), 'AWS::SNS::Subscription').size).toBe(0);
  });
});

describe('W9: the dead-letter queues', () => {
  const queues = [...resourcesOf(template, 'AWS::SQS::Queue')].filter(([id]) => id.startsWith('Alerts'));

  test('are one for liquidations and one for watchdog runs, encrypted, for two weeks', () => {
    expect(queues.map(([id]) => id.replace(/DeadLetters.*/, ''))).toEqual(['AlertsLiquidation', 'AlertsTick']);
    for (const [, { Properties }] of queues) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    }
  });

  test('take from the watchdog’s rule only, and nothing without TLS', () => {
    const policies = [...resourcesOf(template, 'AWS::SQS::QueuePolicy')].filter(([id]) => id.startsWith('Alerts'));
    const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const denied = statements.filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toHaveLength(2);
    for (const { Action, Condition } of denied) {
      expect([Action, Condition]).toEqual(['sqs:*', { Bool: { 'aws:SecureTransport': 'false' } }]);
    }
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(one => one.Condition.ArnEquals['aws:SourceArn']['Fn::GetAtt'][0])).toEqual([
      expect.stringMatching(/^WatchdogEachMinute/),
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { resource, resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf({ alertEmail: 'ops@example.com' });

describe('the topic', () => {
  test('lets this account’s alarms and rules publish, and nobody without TLS', () => {
    const { Statement } = resource(template, 'AWS::SNS::TopicPolicy', 'Alerts').Properties.PolicyDocument;
    expect(Statement).toContainEqual({
      Sid: 'AlarmsAndRulesOfThisAccount',
      Effect: 'Allow',
      Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
      Action: 'sns:Publish',
      Resource: { Ref: expect.stringMatching(/^AlertsTopic/) },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  test('has no key that alarms would need a permission for', () => {
    expect(resource(template, 'AWS::SNS::Topic', 'Alerts').Properties).not.toHaveProperty('KmsMasterKeyId');
  });

  test('mails to the configured address, and to nobody without one', () => {
    expect(resource(template, 'AWS::SNS::Subscription', 'Alerts').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    expect(resourcesOf(templateOf(), 'AWS::SNS::Subscription').size).toBe(0);
  });
});

describe('the dead-letter queue', () => {
  test('is encrypted and keeps what it gets for two weeks', () => {
    expect(resource(template, 'AWS::SQS::Queue', 'Alerts').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  test('takes from the watchdog’s rule only, and nothing without TLS', () => {
    const { Statement } = resource(template, 'AWS::SQS::QueuePolicy', 'Alerts').Properties.PolicyDocument;
    expect(Statement).toHaveLength(2);
    expect(Statement[0]).toMatchObject({
      Effect: 'Deny',
      Action: 'sqs:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(Statement[1].Condition.ArnEquals['aws:SourceArn']['Fn::GetAtt'][0]).toMatch(/^WatchdogEachMinute/);
  });
});

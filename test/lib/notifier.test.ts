/** The notifier in the template: what wakes it, what it costs while nothing happens, and what comes with a chat. */

import { describe, expect, test } from 'vitest';
import { NOTIFIED_EVENTS_PATTERN } from '../../lambda/events.ts';
import { resource, resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf({ alertEmail: 'ops@example.com' });
const withChat = templateOf({ chatSecret: 'flatline/chat' });
const { Properties: notifier } = resource(template, 'AWS::Lambda::Function', 'Notifier');
const filters = [...resourcesOf(template, 'AWS::Logs::SubscriptionFilter').values()].map(
  ({ Properties }) => Properties,
);

describe('the notifier', () => {
  test('is named for its stack, and has time for a chat that is slow', () => {
    expect(notifier).toMatchObject({ FunctionName: 'flatline-production-notifier', Timeout: 30, MemorySize: 256 });
  });

  test('gets the log lines of the liquidator and the watchdog, and never its own', () => {
    const groups = filters.map(({ LogGroupName }) => LogGroupName.Ref.replace(/Logs\w+$/, ''));
    expect(groups.sort()).toEqual(['HealthCheck', 'Liquidator', 'Watchdog']);
    for (const { DestinationArn } of filters) expect(DestinationArn['Fn::GetAtt'][0]).toMatch(/^NotifierFunction/);
  });

  test('is invoked only by these lines, within what AWS allows for a filter', () => {
    expect(filters.map(({ FilterPattern }) => FilterPattern)).toEqual(
      Array.from({ length: 3 }, () => NOTIFIED_EVENTS_PATTERN),
    );
    expect(NOTIFIED_EVENTS_PATTERN.length).toBeLessThanOrEqual(1_024);
  });

  test('is invoked by logs only, each log by its own name', () => {
    const grants = [...resourcesOf(template, 'AWS::Lambda::Permission').values()]
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => FunctionName['Fn::GetAtt']?.[0].startsWith('Notifier'));
    expect(grants.map(({ Principal }) => Principal)).toEqual(Array.from({ length: 3 }, () => 'logs.amazonaws.com'));
    expect(new Set(grants.map(({ SourceArn }) => SourceArn['Fn::GetAtt'][0])).size).toBe(3);
  });

  test('W6: takes two of the account’s concurrency at most for lines that wait, in order, one batch at a time', () => {
    const { Properties } = resource(template, 'AWS::Lambda::EventSourceMapping', 'Notifier');
    expect(Properties).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 2 } });
    expect(resource(template, 'AWS::SQS::Queue', 'NotifierLinesQueue').Properties).toMatchObject({
      FifoQueue: true,
      VisibilityTimeout: 60,
      RedrivePolicy: { maxReceiveCount: 15 },
    });
  });

  test('keeps what it gave up for a day, apart from liquidations that were lost', () => {
    const { MessageRetentionPeriod, FifoQueue } = resource(
      template,
      'AWS::SQS::Queue',
      'NotifierLinesDeadLetters',
    ).Properties;
    expect([MessageRetentionPeriod, FifoQueue]).toEqual([86_400, true]);
    const { Properties } = resource(template, 'AWS::Lambda::EventInvokeConfig', 'Notifier');
    expect(Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 });
    expect(Properties.DestinationConfig).toBeUndefined();
  });

  test('is stopped by Lambda should it ever answer itself', () => {
    expect(notifier.RecursiveLoop).toBe('Terminate');
  });
});

describe('without a chat', () => {
  test('there is no secret to pay for, and nothing listens to the topic but the mail', () => {
    expect(
      [...resourcesOf(template, 'AWS::SecretsManager::Secret').keys()].filter(id => id.startsWith('Notifier')),
    ).toEqual([]);
    const protocols = [...resourcesOf(template, 'AWS::SNS::Subscription').values()].map(one => one.Properties.Protocol);
    expect(protocols).toEqual(['email']);
  });
});

describe('with a chat', () => {
  test('the notifier gets everything on the topic, alarms as well', () => {
    const { Properties } = resource(withChat, 'AWS::SNS::Subscription', 'Notifier');
    expect(Properties).toMatchObject({ Protocol: 'sqs', TopicArn: { Ref: expect.stringMatching(/^AlertsTopic/) } });
    expect(Properties.FilterPolicy).toBeUndefined();
  });

  test('W6: a chat that hangs holds two functions at most, and no mail', () => {
    const mappings = [...resourcesOf(withChat, 'AWS::Lambda::EventSourceMapping').values()];
    expect(mappings.map(({ Properties }) => Properties.ScalingConfig)).toEqual([
      { MaximumConcurrency: 2 },
      { MaximumConcurrency: 2 },
    ]);
    const sources = mappings.map(({ Properties }) => Properties.EventSourceArn['Fn::GetAtt'][0]);
    expect(new Set(sources).size).toBe(2);
  });

  test('T3: its secret is created without any content, and outlives the stack', () => {
    const { Properties, DeletionPolicy } = resource(withChat, 'AWS::SecretsManager::Secret', 'Notifier');
    expect(Properties).toMatchObject({ Name: 'flatline/chat' });
    expect(Properties).not.toHaveProperty('SecretString');
    expect(Properties).not.toHaveProperty('GenerateSecretString');
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('the function knows the secret by name, and nothing of its content', () => {
    const { Variables } = resource(withChat, 'AWS::Lambda::Function', 'Notifier').Properties.Environment;
    expect(Variables.FLATLINE_CHAT_SECRET).toBe('flatline/chat');
  });
});

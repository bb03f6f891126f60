import { describe, expect, test } from 'vitest';
import { WATCH_RULE_PATTERN } from '../../lambda/contract.ts';
import { botsNamed, resource, resourcesOf, templateOf } from './synthesised.ts';

const RULE = 'AWS::Events::Rule';
const template = templateOf();

describe('the watchdog’s clock', () => {
  const { ScheduleExpression, State, Targets } = resource(template, RULE, 'Watchdog').Properties;

  test('has the name by which the watchdog knows its raw events', () => {
    const [logicalId] = [...resourcesOf(template, RULE).keys()].filter(id => id.startsWith('Watchdog'));
    // CloudFormation names it so, with twelve characters at the end.
    expect(WATCH_RULE_PATTERN.test(`arn:aws:events:eu-west-1:1:rule/flatline-production-${logicalId}-ABC`)).toBe(true);
  });

  test('invokes every minute', () => {
    expect(ScheduleExpression).toBe('rate(1 minute)');
    expect(State).toBe('ENABLED');
  });

  test('sends the same constant each time, and drops events that are older than the next one', () => {
    expect(Targets).toHaveLength(1);
    expect(JSON.parse(Targets[0].Input)).toEqual({ action: 'tick' });
    expect(Targets[0].RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2 });
    expect(Targets[0].DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^AlertsTickDeadLetters/);
  });
});

describe('the daily preflight', () => {
  const rulesFor = (count: number) => {
    const botIds = Array.from({ length: count }, (_, index) => `bot-${index + 1}`);
    const rules = resourcesOf(templateOf({ bots: botsNamed(...botIds) }), RULE);
    return [...rules].filter(([id]) => id.startsWith('Preflights')).map(([, { Properties }]) => Properties);
  };

  test('asks the liquidator about the bot, once a day', () => {
    const { ScheduleExpression, Targets } = resource(template, RULE, 'Preflights').Properties;
    expect(ScheduleExpression).toBe('cron(0 6 * * ? *)');
    expect(Targets.map(({ Input }: { Input: string }) => JSON.parse(Input))).toEqual([
      { action: 'preflight', bot_id: 'default' },
    ]);
    expect(Targets[0].Arn.Ref).toMatch(/^LiquidatorInService/);
  });

  test('asks about every bot, five to a rule, each rule in a minute of its own', () => {
    const rules = rulesFor(12);
    expect(rules.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([
      'cron(0 6 * * ? *)',
      'cron(1 6 * * ? *)',
      'cron(2 6 * * ? *)',
    ]);
    expect(rules.map(({ Targets }) => Targets.length)).toEqual([5, 5, 2]);
    const asked = rules.flatMap(({ Targets }) =>
      Targets.map(({ Input }: { Input: string }) => JSON.parse(Input).bot_id as string),
    );
    expect(new Set(asked).size).toBe(12);
    expect(asked).toContain('bot-12');
  });

  test('five bots fit into one rule, a sixth does not', () => {
    expect(rulesFor(5)).toHaveLength(1);
    expect(rulesFor(6)).toHaveLength(2);
  });
});

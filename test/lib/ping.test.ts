/** The ping URL in the stack: not there unless asked for; then a function that can only write what a bot's client writes. */

import { describe, expect, test } from 'vitest';
import { BOT_WRITES } from '../../lambda/bot-row.ts';
import { readIni } from '../../lambda/core/config/read-settings.ts';
import { TRIP } from '../../lambda/core/heartbeat/row-values.ts';
import { resource, resourcesOf, templateOf } from './synthesised.ts';

const without = templateOf();
const template = templateOf({ pingUrl: true });
const fn = resource(template, 'AWS::Lambda::Function', 'Ping').Properties;

describe('the ping URL', () => {
  test('exists only if the configuration asks for it', () => {
    expect(resourcesOf(without, 'AWS::Lambda::Url').size).toBe(0);
    expect(Object.keys(without.findOutputs('*'))).not.toContain('PingUrl');
    expect(JSON.stringify(without.toJSON())).not.toContain('FLATLINE_PING_URL');
  });

  test('is open to the world, and its function alone is', () => {
    const [url] = [...resourcesOf(template, 'AWS::Lambda::Url').values()];
    expect(url?.Properties).toMatchObject({
      AuthType: 'NONE',
      TargetFunctionArn: { 'Fn::GetAtt': [expect.stringMatching(/^Ping/), 'Arn'] },
    });
    const open = [...resourcesOf(template, 'AWS::Lambda::Permission').values()].filter(
      ({ Properties }) => Properties.Principal === '*',
    );
    expect(open.length).toBeGreaterThan(0);
    for (const { Properties } of open) {
      expect(JSON.stringify(Properties.FunctionName)).toMatch(/"Ping/);
      // AWS Lambda, "Control access to Lambda function URLs": a caller that does not use the URL needs IAM.
      expect(Properties.FunctionUrlAuthType === 'NONE' || Properties.InvokedViaFunctionUrl === true).toBe(true);
    }
    expect(Object.keys(template.findOutputs('*'))).toContain('PingUrl');
  });

  test('has a share of concurrency of its own, so that a flood takes none of the liquidator’s', () => {
    expect(fn).toMatchObject({ ReservedConcurrentExecutions: 5, Timeout: 5 });
  });

  test('writes no line of log for each call of a flood', () => {
    expect(fn.LoggingConfig.SystemLogLevel).toBe('WARN');
  });

  test('may write the attributes of a bot’s client, none of a trip, none of a token, and call nothing', () => {
    const { Statement } = resource(template, 'AWS::IAM::Role', 'Ping').Properties.Policies[0].PolicyDocument;
    const actions = Statement.flatMap(({ Action }: { Action: unknown }) => Action);
    expect(actions.sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    const write = Statement.find(({ Action }: { Action: unknown }) => Action === 'dynamodb:UpdateItem');
    const attributes: readonly string[] = write.Condition['ForAllValues:StringEquals']['dynamodb:Attributes'];
    expect(write.Condition.Null).toEqual({ 'dynamodb:Attributes': 'false' });
    for (const forbidden of [...TRIP, 'ping_token_hash', 'ping_prior_hash', 'ticked_at_ms', 'healthy_at_ms']) {
      expect(attributes).not.toContain(forbidden);
    }
    for (const { update } of Object.values(BOT_WRITES)) {
      for (const name of update.match(/(?<![:\w])[a-z][a-z0-9]*_[a-z0-9_]*/g) ?? []) {
        if (!/^(if_not_exists|attribute_)/.test(name)) expect(attributes).toContain(name);
      }
    }
  });

  test('is passed to the watchdog, which pings as a bot does, and raises an alarm when pings fail', () => {
    const { Variables } = resource(template, 'AWS::Lambda::Function', 'Watchdog').Properties.Environment;
    expect(Variables.FLATLINE_PING_URL).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^PingFunction/), 'FunctionUrl'],
    });
    const names = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].map(
      ({ Properties }) => Properties.AlarmName,
    );
    for (const id of ['ping-throttled', 'ping-errors', 'ping-not-stored', 'ping-probe-failed'])
      expect(names).toContain(`flatline-production-${id}`);
  });

  test('needs an account in which AWS reserves concurrency', () => {
    const read = (account: number) =>
      readIni(`[liquidation]\n[deployment]\nping_url = true\naccount_concurrency = ${account}\n`, 'a.ini');
    expect(read(10).ok).toBe(false);
    expect(
      read(10)
        .findings.map(({ remedy }) => remedy)
        .join(),
    ).toContain('Service Quotas');
    expect(read(104).ok).toBe(false);
    expect(read(105).ok).toBe(true);
  });
});

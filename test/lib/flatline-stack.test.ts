import { describe, expect, test } from 'vitest';
import { botsNamed, resource, resourcesOf, stackOf, templateOf } from './synthesised.ts';

describe('the stack', () => {
  test('belongs to its environment; production cannot be deleted by a slip', () => {
    const production = stackOf();
    const testnet = stackOf({ environment: 'testnet' });
    expect([production.stackName, production.terminationProtection]).toEqual(['flatline-production', true]);
    expect([testnet.stackName, testnet.terminationProtection]).toEqual(['flatline-testnet', false]);
  });

  test('tells the names that tools and people need', () => {
    const outputs = templateOf({ bots: botsNamed('alpha-1', 'alpha1') }).findOutputs('*');
    expect(Object.keys(outputs).sort()).toEqual([
      'AlertTopicArn',
      'AuditTable',
      'BotPolicyArnOfalpha1',
      'BotPolicyArnOfalphaDash1',
      'BotsTable',
      'ControlPanelName',
      'DashboardUrl',
      'LiquidationsTable',
      'LiquidatorName',
      'SecretNameOfalpha1',
      'SecretNameOfalphaDash1',
      'WatchdogName',
    ]);
    expect(outputs.SecretNameOfalphaDash1?.Value).toBe('flatline/alpha-1');
  });

  test('marks what it makes, but for the dashboard', () => {
    const template = templateOf({ environment: 'testnet' });
    expect(resource(template, 'AWS::DynamoDB::Table', 'StoresAudit').Properties.Tags).toEqual([
      { Key: 'application', Value: 'flatline' },
      { Key: 'environment', Value: 'testnet' },
    ]);
    expect(resource(template, 'AWS::CloudWatch::Dashboard', 'Dashboard').Properties).not.toHaveProperty('Tags');
  });
});

describe('a second stack of one environment in the same account and region', () => {
  const bots = [{ botId: 'default', secretName: 'flatline/desk2' }];
  const first = templateOf();
  const second = templateOf({ suffix: 'desk2', bots });

  test('shares no name with the first', () => {
    const names = namesIn(first.toJSON());
    expect(names).toContain('flatline-production-liquidator');
    expect(names).toContain('flatline/default');
    expect(namesIn(second.toJSON()).filter(name => names.includes(name))).toEqual([]);
    expect(stackOf({ suffix: 'desk2' }).stackName).toBe('flatline-production-desk2');
  });

  test('its alarms watch what its own functions emit', () => {
    const watched = [...resourcesOf(second, 'AWS::CloudWatch::Alarm').values()].map(
      ({ Properties }) => Properties.Namespace,
    );
    expect(new Set(watched)).toEqual(new Set(['flatline-production-desk2', 'AWS/Lambda', 'AWS/SQS']));
    for (const id of ['Liquidator', 'Watchdog']) {
      const { Variables } = resource(second, 'AWS::Lambda::Function', id).Properties.Environment;
      expect(Variables.FLATLINE_NAMESPACE).toBe('flatline-production-desk2');
    }
  });

  /** Of whatever has one given; the others are named by CloudFormation, after the stack. */
  function namesIn({ Resources = {} }: { Resources?: Record<string, { Properties?: Record<string, unknown> }> }) {
    return Object.values(Resources).flatMap(({ Properties = {} }) =>
      NAMES.map(key => Properties[key]).filter(value => typeof value === 'string'),
    );
  }
  const NAMES = 'Name AlarmName DashboardName FunctionName LogGroupName QueueName RoleName TableName TopicName'.split(
    ' ',
  );
});

describe('a hundred bots fit within the limits of AWS', () => {
  const botIds = Array.from({ length: 100 }, (_, index) => `market-maker-${index + 1}`);
  const template = templateOf({ bots: botsNamed(...botIds) });

  test('of a template: 500 resources, 200 outputs, a megabyte', () => {
    const { Resources, Outputs } = template.toJSON();
    expect(Object.keys(Resources).length).toBeLessThanOrEqual(500);
    expect(Object.keys(Outputs).length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(template.toJSON()).length).toBeLessThan(1_000_000);
  });

  test('of policies: 6,144 characters in a managed one, 10,240 in a role, ten managed ones on it', () => {
    const role = resource(template, 'AWS::IAM::Role', 'Liquidator').Properties;
    expect(role.ManagedPolicyArns.length).toBeLessThanOrEqual(10);
    expect(written(role.Policies)).toBeLessThan(10_240);
    const policies = [...resourcesOf(template, 'AWS::IAM::ManagedPolicy')].filter(([id]) =>
      id.startsWith('Liquidator'),
    );
    for (const [, { Properties }] of policies) expect(written(Properties.PolicyDocument)).toBeLessThan(6_144);
    const secrets = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement[0].Resource);
    expect(new Set(secrets.map(secret => JSON.stringify(secret))).size).toBe(100);
  });

  /** Characters of a policy once AWS has put an ARN in the place of each reference, the longest that can be. */
  const written = (document: unknown): number =>
    JSON.stringify(document).replace(/\{"(Ref|Fn::GetAtt)":("\w+"|\["\w+","\w+"\])\}/g, `"${LONG_ARN}"`).length;
  const LONG_ARN = 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:flatline/market-maker-100-AbCdEf';
});

describe('a fixed address', () => {
  const template = templateOf({ fixedIp: true });

  test('is not paid for unless it is asked for', () => {
    expect(resourcesOf(templateOf(), 'AWS::EC2::VPC').size).toBe(0);
  });

  test('two addresses in two zones, kept, and told as outputs', () => {
    const addresses = [...resourcesOf(template, 'AWS::EC2::EIP').values()];
    expect(addresses.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain']);
    const gateways = [...resourcesOf(template, 'AWS::EC2::NatGateway').values()];
    const used = gateways.map(({ Properties }) => Properties.AllocationId['Fn::GetAtt'][0]);
    expect(new Set(used).size).toBe(2);
    expect(Object.keys(template.findOutputs('FixedIp1'))).toEqual(['FixedIp1']);
    expect(Object.keys(template.findOutputs('FixedIp2'))).toEqual(['FixedIp2']);
  });

  test('only the liquidator goes out there, from private subnets', () => {
    const { SubnetIds } = resource(template, 'AWS::Lambda::Function', 'Liquidator').Properties.VpcConfig;
    expect(SubnetIds.map(({ Ref }: { Ref: string }) => /Private/.test(Ref))).toEqual([true, true]);
    expect(resource(template, 'AWS::Lambda::Function', 'Watchdog').Properties).not.toHaveProperty('VpcConfig');
  });

  test('the tables are reached without the gateways', () => {
    const endpoint = resource(template, 'AWS::EC2::VPCEndpoint', 'FixedEgress').Properties;
    expect(JSON.stringify(endpoint.ServiceName)).toContain('.dynamodb');
    expect(endpoint.RouteTableIds).toHaveLength(2);
  });
});

describe('console test events', () => {
  test('are made only when they are asked for', () => {
    expect(resourcesOf(templateOf(), 'AWS::EventSchemas::Registry').size).toBe(0);
  });

  test('lie where the console looks for the liquidator’s, and only one of them acts', () => {
    const template = templateOf({ testEvents: true });
    const { RegistryName, SchemaName, Content } = resource(
      template,
      'AWS::EventSchemas::Schema',
      'TestEvents',
    ).Properties;
    expect([RegistryName, SchemaName]).toEqual(['lambda-testevent-schemas', '_flatline-production-liquidator-schema']);
    expect(JSON.parse(Content).components.examples).toEqual({
      'preflight-default': { value: { action: 'preflight', bot_id: 'default' } },
      'dry-run-default': { value: { trigger: 'manual', bot_id: 'default', dry_run: true } },
      'LIQUIDATE-default': { value: { trigger: 'manual', bot_id: 'default', reason: 'console' } },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { botNamed, botsNamed, resource, resourcesOf, stackOf, templateOf } from './synthesised.ts';

describe('the stack', () => {
  test('has the name of its environment; production cannot be deleted by mistake', () => {
    const production = stackOf();
    const testnet = stackOf({ environment: 'testnet' });
    expect([production.stackName, production.terminationProtection]).toEqual(['flatline-production', true]);
    expect([testnet.stackName, testnet.terminationProtection]).toEqual(['flatline-testnet', false]);
  });

  test('has outputs with the names that tools and people need', () => {
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
      'Version',
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
  const bots = [botNamed('default', { secretName: 'flatline/desk2' })];
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
    expect(new Set(watched)).toEqual(new Set(['flatline-production-desk2', 'AWS/Lambda', 'AWS/SQS', 'AWS/SNS']));
    for (const id of ['Liquidator', 'Watchdog']) {
      const { Variables } = resource(second, 'AWS::Lambda::Function', id).Properties.Environment;
      expect(Variables.FLATLINE_NAMESPACE).toBe('flatline-production-desk2');
    }
  });

  test('W4: what an account has once for all its regions is named after the region too', () => {
    const { Resources } = templateOf({
      monthlyBudgetUsd: 50,
      trailCopyDays: 30,
      kmsKey: 'stack',
      fixedIp: true,
    }).toJSON();
    const all = Object.values<{ Type: string; Properties?: Record<string, unknown> }>(Resources);
    const named = all.flatMap(({ Type, Properties = {} }) =>
      Type === 'AWS::Budgets::Budget' ? [(Properties.Budget as { BudgetName: unknown }).BudgetName] : [],
    );
    const dashboards = all.flatMap(({ Properties = {} }) => Properties.DashboardName ?? []);
    expect([named.length, dashboards.length]).toEqual([1, 1]);
    for (const name of [...named, ...dashboards]) expect(JSON.stringify(name)).toContain('{"Ref":"AWS::Region"}');
    // Roles, policies, buckets and aliases of keys are such as well: CloudFormation names them.
    for (const { Properties = {} } of all) {
      expect(Object.keys(Properties)).not.toEqual(expect.arrayContaining(['RoleName']));
      expect(Object.keys(Properties)).not.toEqual(expect.arrayContaining(['ManagedPolicyName']));
      expect(Object.keys(Properties)).not.toEqual(expect.arrayContaining(['BucketName']));
    }
  });

  /** Of whatever has one given; the others are named by CloudFormation, after the stack. */
  function namesIn({
    Resources = {},
  }: {
    Resources?: Record<string, { Type?: string; Properties?: Record<string, unknown> }>;
  }) {
    // An alias is named within its function.
    const named = Object.values(Resources).filter(({ Type }) => Type !== 'AWS::Lambda::Alias');
    return named.flatMap(({ Properties = {} }) =>
      NAMES.map(key => Properties[key]).filter(value => typeof value === 'string'),
    );
  }
  const NAMES = 'Name AlarmName DashboardName FunctionName LogGroupName QueueName RoleName TableName TopicName'.split(
    ' ',
  );
});

describe.each([60, 110])('%i bots fit within the limits of AWS', count => {
  const botIds = Array.from({ length: count }, (_, index) => `market-maker-${index + 1}`);
  const template = templateOf({ bots: botsNamed(...botIds) });

  test('of a template: 500 resources, 200 outputs, a megabyte', () => {
    const { Resources, Outputs } = template.toJSON();
    expect(Object.keys(Resources).length).toBeLessThanOrEqual(500);
    expect(Object.keys(Outputs).length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(template.toJSON()).length).toBeLessThan(1_000_000);
  });

  test('of policies: 6,144 characters in a managed one, 10,240 in a role, ten managed ones on it', () => {
    const role = resource(template, 'AWS::IAM::Role', 'Liquidator').Properties;
    expect(written(role.Policies)).toBeLessThan(10_240);
    const policies = [...resourcesOf(template, 'AWS::IAM::ManagedPolicy')].filter(([id]) =>
      id.startsWith('Liquidator'),
    );
    expect(policies.length).toBeLessThanOrEqual(10);
    for (const [, { Properties }] of policies) expect(written(Properties.PolicyDocument)).toBeLessThan(6_144);
    const secrets = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement[0].Resource);
    expect(new Set(secrets.map(secret => JSON.stringify(secret))).size).toBe(count);
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

  test('two addresses in two zones, kept, and named by outputs', () => {
    const addresses = [...resourcesOf(template, 'AWS::EC2::EIP').values()];
    expect(addresses.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      'RetainExceptOnCreate',
      'RetainExceptOnCreate',
    ]);
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

describe('W3: addresses that exist already', () => {
  const fixedIpAllocations = ['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef1'];
  const given = templateOf({ fixedIp: true, fixedIpAllocations });

  test('are used, and none are made: they survive the stack', () => {
    expect(resourcesOf(given, 'AWS::EC2::EIP').size).toBe(0);
    const used = [...resourcesOf(given, 'AWS::EC2::NatGateway').values()].map(one => one.Properties.AllocationId);
    expect(used).toEqual(fixedIpAllocations);
  });
});

describe('W4: what is retained', () => {
  const every = templateOf({ kmsKey: 'stack', fixedIp: true, chatSecret: 'flatline/chat' }).toJSON()
    .Resources as Record<
    string,
    { readonly Type: string; readonly DeletionPolicy?: string; readonly UpdateReplacePolicy?: string }
  >;
  const retained = Object.values(every).filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete');

  test('is removed if the deployment that made it fails, so that a retry meets no name that is taken', () => {
    const named = retained.filter(({ Type }) => Type !== 'AWS::DynamoDB::Table');
    expect(named.length).toBeGreaterThan(8);
    expect(new Set(named.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(['RetainExceptOnCreate']));
  });

  test('of tables stays: their names are CloudFormation’s own, and deletion protection would stop a rollback', () => {
    const tables = retained.filter(({ Type }) => Type === 'AWS::DynamoDB::Table');
    expect(tables.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain', 'Retain']);
  });
});

describe('W14: the version in service', () => {
  const template = templateOf();
  const aliases = [...resourcesOf(template, 'AWS::Lambda::Alias').values()].map(({ Properties }) => Properties);

  test('is what rules, watchdog and hand-overs call', () => {
    expect(aliases.map(({ Name }) => Name).sort()).toEqual(['default', 'in_service', 'in_service']);
    const rules = [...resourcesOf(template, 'AWS::Events::Rule')].filter(([id]) => !id.startsWith('HealthCheck'));
    for (const [, { Properties }] of rules) {
      for (const { Arn } of Properties.Targets) expect(Arn.Ref).toMatch(/^(Liquidator|Watchdog)InService/);
    }
    for (const id of ['Liquidator', 'Watchdog', 'ControlPanel']) {
      const { Variables } = resource(template, 'AWS::Lambda::Function', id).Properties.Environment;
      expect(Variables.FLATLINE_LIQUIDATOR).toBe('flatline-production-liquidator:in_service');
    }
  });

  test('is a published one, and those before it are kept to go back to', () => {
    const versions = [...resourcesOf(template, 'AWS::Lambda::Version').values()];
    expect(versions.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      ...['RetainExceptOnCreate', 'RetainExceptOnCreate'],
    ]);
    for (const { FunctionVersion } of aliases) expect(FunctionVersion['Fn::GetAtt'][1]).toBe('Version');
  });

  test('has the same settings of asynchronous calls for the function and for each bot’s alias', () => {
    const settings = [...resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').values()].map(
      ({ Properties }) => Properties,
    );
    const of = (id: string) =>
      settings
        .filter(({ FunctionName }) => FunctionName.Ref.startsWith(id))
        .map(({ MaximumEventAgeInSeconds }) => MaximumEventAgeInSeconds);
    expect(of('Liquidator')).toEqual([900, 900, 900]);
    expect(of('Watchdog')).toEqual([60, 60]);
  });
});

describe('console test events', () => {
  test('are made only when they are asked for', () => {
    expect(resourcesOf(templateOf(), 'AWS::EventSchemas::Registry').size).toBe(0);
  });

  test('are where the console looks for the liquidator’s, and only one of them acts', () => {
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

/** The watcher in another region: what its template may do, when its alarm rings, and what it finds out. */

import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { ENV } from '../../lambda/contract.ts';
import { readIni } from '../../lambda/core/config/read-settings.ts';
import { addSecurityChecks } from '../../lib/security-checks.ts';
import { WatcherStack } from '../../lib/watcher.ts';
import { FUNCTION_NAMES, type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { readDocument } from '../docs/markdown.ts';
import { type Datapoint, minutesInAlarm } from '../support/alarm-evaluator.ts';
import { appWithFlags, PRODUCTION, resource, resourcesOf, templateOf } from './synthesised.ts';

const REGIONS = { region: 'eu-west-1', watched: 'ap-northeast-1' };
const watcherIn = (app: App) => new WatcherStack(app, { ...PRODUCTION, alertEmail: 'ops@example.com' }, REGIONS);
const template = Template.fromStack(watcherIn(appWithFlags({ builtinCloudFormationValidation: false })));

describe('the template', () => {
  test('may read one row of the watched table and one configuration, and may write nothing but its log', () => {
    const { Policies } = resource(template, 'AWS::IAM::Role', 'Watcher').Properties;
    const statements = Policies[0].PolicyDocument.Statement;
    expect(statements).toHaveLength(3);
    const [configuration, row, logs] = statements;
    expect(JSON.stringify(configuration)).toContain(':lambda:ap-northeast-1:');
    expect(JSON.stringify(configuration.Resource)).toContain(':function:flatline-production-watchdog"');
    expect(configuration.Action).toBe('lambda:GetFunctionConfiguration');
    expect(row).toMatchObject({
      Action: 'dynamodb:GetItem',
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [WATCHDOG_ROW] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
    expect(JSON.stringify(row.Resource)).toContain(':dynamodb:ap-northeast-1:');
    expect(logs.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(resourcesOf(template, 'AWS::IAM::ManagedPolicy').size).toBe(0);
  });

  test('names the table as the watched stack’s CloudFormation will', () => {
    const { Policies } = resource(template, 'AWS::IAM::Role', 'Watcher').Properties;
    const [, beginning] =
      /:table\/(flatline-production-\w+)\*"/.exec(JSON.stringify(Policies[0].PolicyDocument.Statement[1].Resource)) ??
      [];
    const [logicalId = ''] = [...resourcesOf(templateOf(), 'AWS::DynamoDB::Table').keys()].filter(id =>
      id.startsWith('StoresBots'),
    );
    expect(`flatline-production-${logicalId}-1ABCDEF`.startsWith(beginning ?? '?')).toBe(true);
  });

  test('mails the address of the configuration, by a topic of its own', () => {
    expect(resource(template, 'AWS::SNS::Subscription', 'Topic').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    const alarm = resource(template, 'AWS::CloudWatch::Alarm', 'Silent').Properties;
    expect(alarm.AlarmActions).toHaveLength(1);
    expect(alarm).toMatchObject({ TreatMissingData: 'breaching', Namespace: 'flatline-production-watcher' });
  });

  test('satisfies the security checks', () => {
    const app = appWithFlags();
    addSecurityChecks(app);
    watcherIn(app);
    app.synth();
    expect(process.exitCode ?? 0).toBe(0);
  });
});

describe('its alarm', () => {
  const { Threshold, EvaluationPeriods, DatapointsToAlarm } = resource(
    template,
    'AWS::CloudWatch::Alarm',
    'Silent',
  ).Properties;
  const alarm = {
    ...{ periodMinutes: 5, periods: EvaluationPeriods, datapoints: DatapointsToAlarm, onMissingData: true },
    breaches: (value: number) => value > Threshold,
  };
  /** A read each five minutes, visible a minute later; undefined: the region did not answer. */
  const looks = (silentSeconds: readonly (number | undefined)[]): Datapoint[] =>
    silentSeconds.flatMap((value, index) =>
      value === undefined ? [] : [{ periodStartMinute: index * 5, value, visibleAtMinute: index * 5 + 6 }],
    );
  const steady = (value: number | undefined, count = 12) => Array.from({ length: count }, () => value);

  test('is not in alarm while the watchdog runs, nor for one failed read', () => {
    const series = looks([...steady(40, 6), undefined, ...steady(40, 6)]);
    expect(minutesInAlarm(alarm, series, 60).filter(minute => minute > 16)).toEqual([]);
  });

  test.each([
    ['stands still', 900],
    ['has never ticked', 1_000_000],
    ['cannot be asked', undefined],
  ])('is in alarm within a quarter of an hour when the watchdog %s', (_how, value) => {
    const minutes = minutesInAlarm(alarm, looks([...steady(40, 6), ...steady(value, 12)]), 85).filter(at => at > 16);
    expect(minutes[0]).toBeLessThanOrEqual(30 + 21);
    expect(minutes.at(-1)).toBe(85);
  });
});

describe('a read', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud({ clock: startClock(), functions: ['watcher', 'watchdog'] });
    cloud.deploy('watchdog', { configText: '{}' });
  }, 60_000);
  afterAll(() => cloud?.close());

  const log: string[] = [];
  const watcher = (watched: string = FUNCTION_NAMES.watchdog) =>
    cloud.deploy('watcher', {
      configText: '{}',
      env: {
        [ENV.watchedRegion]: 'ap-northeast-1',
        [ENV.watchedFunction]: watched,
        [ENV.namespace]: 'flatline-production-watcher',
      },
      onLog: line => void log.push(line),
    });
  const ticked = (atMs: number) =>
    createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots }).change(
      { botId: WATCHDOG_ROW, doing: 'put', requires: [], set: { ticked_at_ms: Math.floor(atMs) } },
      5_000,
    );

  test('of a watchdog that has never ticked says so', async () => {
    expect(await watcher().invoke({})).toMatchObject({ kind: 'answered', payload: { silent_seconds: 1_000_000 } });
  });

  test('measures since the last run, and emits it for the alarm', async () => {
    await ticked(Date.now() - 400_000);
    const result = await watcher().invoke({});
    const silent = result.kind === 'answered' ? (result.payload as { silent_seconds: number }).silent_seconds : 0;
    expect(silent).toBeGreaterThanOrEqual(400);
    const emitted = log.filter(line => line.includes('"_aws"')).map(line => JSON.parse(line));
    expect(emitted.at(-1)).toMatchObject({ WatchedSilenceSeconds: silent, service: 'watcher' });
  });

  test('fails, and emits nothing, when the region does not answer', async () => {
    const before = log.filter(line => line.includes('"_aws"')).length;
    expect(await watcher('flatline-elsewhere').invoke({})).toMatchObject({ kind: 'error' });
    expect(log.filter(line => line.includes('"_aws"'))).toHaveLength(before);
  });
});

test('its month costs what docs/costs.md says', () => {
  const { MemorySize } = resource(template, 'AWS::Lambda::Function', 'Watcher').Properties;
  const [{ Properties: rule } = { Properties: {} }] = resourcesOf(template, 'AWS::Events::Rule').values();
  const minutes = Number(/^rate\((\d+) minutes\)$/.exec(rule.ScheduleExpression)?.[1]);
  const looks = 43_800 / minutes;
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').size * 0.1;
  const running = looks * ((MemorySize / 1_024) * 0.2 * 0.0000133 + 0.2 / 1_000_000);
  const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
  const { text } = readDocument('docs/costs.md');
  expect(text.replace(/\s+/g, ' ')).toContain(
    `\`watcher_region\`**: ${dollars(alarms + 0.3 + running)}, an alarm ${dollars(alarms)}, a metric $0.30, ${looks.toLocaleString('en-US')} runs × ${MemorySize / 1_024} GB × 0.2 s × $0.0000133 and $0.20 per million, together ${dollars(running)}`,
  );
});

test('without an address to mail to, there is no watcher', () => {
  const region = '[liquidation]\n[deployment]\nwatcher_region = eu-west-1\n';
  expect(readIni(region, 'c.ini')).toMatchObject({ ok: false });
  expect(readIni(`${region}[alerts]\nemail = ops@example.com\n`, 'c.ini')).toMatchObject({ ok: true });
  expect(readIni('[liquidation]\n[deployment]\nwatcher_region = Europe\n', 'c.ini')).toMatchObject({ ok: false });
});

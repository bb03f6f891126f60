/**
 * The watcher in a second region, deployed by the lines of docs/operations.md: what it reads, what its role may do, and who
 * says that its mail is not confirmed. And `cdk diff`, which the upgrade asks for.
 */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { TICK } from '../../lambda/contract.ts';
import { readDocument } from '../docs/markdown.ts';
import type { AwsAnswer } from './boto-session.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { type DeployedStack, readStack } from './deployed-stack.ts';
import { ACCOUNT, type Emulator, startEmulator } from './emulator.ts';
import { assumeRole } from './identities.ts';
import { oneAfterAnother } from './one-after-another.ts';

const tools = inject('awsTools');
const STACK = 'flatline-production';
const WATCHER = `${STACK}-watcher`;
const THERE = 'eu-west-1';
const TOPIC = `arn:aws:sns:${THERE}:${ACCOUNT}:${WATCHER}`;
const CONFIG = 'config/production.ini';

const [LINES = ''] = readDocument('docs/operations.md')
  .blocks.map(({ text }) => text)
  .filter(text => text.includes('-c stack=watcher'));

test('docs/operations.md has the lines', () => {
  expect(LINES.trim().split('\n')).toHaveLength(2);
});

describe.skipIf(tools.kind === 'missing')('the watcher on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  let stack: DeployedStack;
  oneAfterAnother(() => aws?.log ?? []);

  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    work = checkOut(aws);
    work.edit(CONFIG, text =>
      text
        .replace('[alerts]', '[alerts]\nemail = ops@example.com')
        .replace('[deployment]', `[deployment]\nwatcher_region = ${THERE}`),
    );
    await aws.bootstrap();
    await work.run('npx cdk deploy');
    stack = await readStack(aws, STACK);
  });
  afterAll(() => aws?.close());

  const there = (service: string, operation: string, params: object = {}): Promise<AwsAnswer> =>
    aws.call(service, operation, params, undefined, THERE);
  const invoke = async (FunctionName: string, payload: object, region?: string): Promise<AwsAnswer> => {
    const what = { FunctionName, Payload: JSON.stringify(payload) };
    const { Payload, FunctionError } = await aws.call('lambda', 'invoke', what, undefined, region);
    return FunctionError === undefined ? JSON.parse(Payload) : { failed: Payload };
  };
  /** What `flatline status` finds wrong. */
  const wrong = async (): Promise<readonly string[]> => {
    const { stdout } = await work.try('npm run -s flatline -- status --json');
    const { wrong, unchecked } = JSON.parse(stdout);
    return [...wrong, ...unchecked];
  };

  test('`npx cdk diff` finds no difference after a deployment, and names a new bot without deploying it', async () => {
    expect(await work.run('npx cdk diff 2>&1')).toContain('Number of stacks with differences: 0');
    const before = work.read(CONFIG);
    work.edit(CONFIG, text => text.replace('[alerts]', '[bot:default]\n\n[bot:zulu]\n\n[alerts]'));
    const said = await work.run('npx cdk diff 2>&1');
    work.write(CONFIG, before);
    expect(said).toContain('Number of stacks with differences: 1');
    expect(said).toMatch(/\[\+\] AWS::SecretsManager::Secret .*zulu/i);
    expect(said).not.toMatch(/\[-\] AWS::(DynamoDB|SecretsManager)/);
    expect(await readStack(aws, STACK)).toEqual(stack);
  });

  test('before it is deployed, `status` says that it is not', async () => {
    expect(await wrong()).toContainEqual(expect.stringContaining(`THE WATCHER IN ${THERE} IS NOT DEPLOYED`));
  });

  test('is deployed by the lines of the document, beside what it watches', async () => {
    await work.run(LINES.replace('ACCOUNT', ACCOUNT));
    const { Stacks } = await there('cloudformation', 'describe_stacks', { StackName: WATCHER });
    expect(Stacks).toMatchObject([{ StackStatus: 'CREATE_COMPLETE' }]);
    await expect(readStack(aws, WATCHER)).rejects.toThrow('does not exist');
    expect(await readStack(aws, STACK)).toEqual(stack);
  });

  test('`status` says that its mail is gone, as SNS removes one that nobody confirms, and until it is back', async () => {
    expect(await wrong()).not.toContainEqual(expect.stringMatching(/watcher|alert/i));
    const { Subscriptions } = await there('sns', 'list_subscriptions_by_topic', { TopicArn: TOPIC });
    const mail = { Protocol: 'email', Endpoint: 'ops@example.com' };
    expect(Subscriptions).toMatchObject([mail]);
    await there('sns', 'unsubscribe', { SubscriptionArn: Subscriptions[0].SubscriptionArn });
    expect(await wrong()).toContainEqual(expect.stringContaining(`THE WATCHER IN ${THERE} REACHES NOBODY`));
    expect(await wrong()).not.toContainEqual(expect.stringContaining('no alert arrives by mail'));
    await there('sns', 'subscribe', { TopicArn: TOPIC, ...mail });
    expect(await wrong()).not.toContainEqual(expect.stringMatching(/watcher/i));
  });

  test('the health check asks the other region under its own role', async () => {
    const FunctionName = `${STACK}-health-check`;
    const { LoggingConfig } = await aws.call('lambda', 'get_function_configuration', { FunctionName });
    expect(await invoke(FunctionName, { action: 'daily' })).toHaveProperty('problems');
    const daily = async (): Promise<unknown> => {
      const { events } = await aws.call('logs', 'filter_log_events', { logGroupName: LoggingConfig.LogGroup });
      const lines = (events as readonly { readonly message: string }[]).flatMap(({ message }) => {
        const [json] = /\{.*"daily_status".*\}/.exec(message) ?? [];
        return json === undefined ? [] : [JSON.parse(json)];
      });
      return lines.at(-1);
    };
    await expect.poll(daily).toMatchObject({ watcher: 'confirmed', watcher_region: THERE });
  });

  test('reads when the watchdog last ran', async () => {
    expect(await invoke(`${STACK}-watchdog`, TICK)).toMatchObject({ success: true });
    const { silent_seconds } = await invoke(WATCHER, {}, THERE);
    expect(silent_seconds).toBeLessThan(300);
  });

  test('its role reads the row of the watchdog there, and no other; nothing it may write', async () => {
    const { Configuration } = await there('lambda', 'get_function', { FunctionName: WATCHER });
    const { Role } = Configuration;
    const RoleName = Role.split('/').at(-1);
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await aws.call('iam', 'update_assume_role_policy', { RoleName, PolicyDocument });
    const key = await assumeRole(aws, Role);
    const row = (bot_id: string) => ({ TableName: stack.outputs.BotsTable, Key: { bot_id: { S: bot_id } } });
    const refused = { code: 'AccessDeniedException' };
    expect(await aws.call('dynamodb', 'get_item', row(WATCHDOG_ROW), key)).toHaveProperty('Item');
    await expect(aws.call('dynamodb', 'get_item', row('default'), key)).rejects.toMatchObject(refused);
    const end = { UpdateExpression: 'REMOVE ticked_at_ms' };
    await expect(aws.call('dynamodb', 'update_item', { ...row(WATCHDOG_ROW), ...end }, key)).rejects.toMatchObject(
      refused,
    );
    const FunctionName = stack.outputs.LiquidatorName;
    await expect(aws.call('lambda', 'invoke', { FunctionName }, key)).rejects.toMatchObject(refused);
  });
});

/** The stack is deployed, changed, broken, removed and deployed again by the command lines of the documents. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Checkout, checkOut } from './checkout.ts';
import { idsOf, readStack } from './deployed-stack.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { oneAfterAnother } from './one-after-another.ts';

const tools = inject('awsTools');
const CONFIG = 'config/testnet.ini';
const DEPLOY = 'npx cdk deploy -c environment=testnet';
const SECRET = 'flatline/default-testnet';
const STACK = 'flatline-testnet';
const ALPHA = '\n[bot:alpha]\nsecret = flatline/alpha\n';

const KEY = '{"apiKey": "a", "apiSecret": "b"}';
/** The CDK asks before it removes something. */
const NOBODY_TO_ASK = { CDK_FORCE: 'true' };

describe.skipIf(tools.kind === 'missing')('a deployment on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  oneAfterAnother(() => aws?.log ?? []);
  let original: string;
  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    // As in a fresh checkout: the CDK bundles the functions.
    work = checkOut({ env: aws.env, folder: aws.folder });
    original = work.read(CONFIG);
  });
  afterAll(() => aws?.close());

  const deploy = () => work.run(DEPLOY);
  const stack = () => readStack(aws, STACK);
  const arnOf = async (SecretId: string): Promise<string> =>
    (await aws.call('secretsmanager', 'describe_secret', { SecretId })).ARN;
  const secretNames = async (): Promise<readonly string[]> => {
    const { SecretList } = await aws.call('secretsmanager', 'list_secrets');
    return (SecretList as readonly { readonly Name: string }[]).map(({ Name }) => Name);
  };
  test('bootstraps and deploys by the lines of the README, with every resource of the template', async () => {
    await work.run('npx cdk bootstrap');
    await deploy();
    const { status, resources, outputs, template } = await stack();
    expect(status).toBe('CREATE_COMPLETE');
    expect([...resources.keys()].toSorted()).toEqual(Object.keys(template.Resources).toSorted());
    expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(template.Outputs).toSorted());
  });

  test('changes nothing when it is deployed again unchanged', async () => {
    const before = await stack();
    await deploy();
    expect(await stack()).toEqual(before);
  });

  test('adds what a new bot needs, replaces nothing, and keeps the version that was in service', async () => {
    const before = await stack();
    work.write(CONFIG, original + ALPHA);
    await deploy();
    const { status, resources, outputs } = await stack();
    expect(status).toBe('UPDATE_COMPLETE');
    for (const [name, resource] of before.resources) {
      // What a function is changes with its configuration, and so does its version.
      if (resource.type !== 'AWS::Lambda::Version') expect([name, resources.get(name)]).toEqual([name, resource]);
    }
    for (const FunctionName of idsOf(before, 'AWS::Lambda::Version')) {
      expect(await aws.call('lambda', 'get_function_configuration', { FunctionName })).toMatchObject({
        FunctionArn: FunctionName,
      });
    }
    expect(outputs).toMatchObject({
      ...before.outputs,
      SecretNameOfalpha: 'flatline/alpha',
      BotPolicyArnOfalpha: expect.stringContaining(':policy/'),
    });
  });

  test('keeps the secret of a bot that goes, and nothing else of it', async () => {
    await aws.call('secretsmanager', 'put_secret_value', { SecretId: 'flatline/alpha', SecretString: KEY });
    const { outputs: before } = await stack();
    work.write(CONFIG, original);
    await deploy();
    const { status, outputs } = await stack();
    expect(status).toBe('UPDATE_COMPLETE');
    expect(Object.keys(outputs).filter(name => name.endsWith('alpha'))).toEqual([]);
    expect(await secretNames()).toContain('flatline/alpha');
    await expect(aws.call('iam', 'get_policy', { PolicyArn: before.BotPolicyArnOfalpha })).rejects.toThrow(
      'NoSuchEntity',
    );
  });

  test('does not replace that secret when the bot comes back, and names what blocks it', async () => {
    work.write(CONFIG, original + ALPHA);
    const { code, stdout, stderr } = await work.try(DEPLOY);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('flatline/alpha already exists');
    expect((await stack()).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('takes a bot back with the secret that it had, named in the configuration', async () => {
    work.write(CONFIG, `${original}${ALPHA}secret_arn = ${await arnOf('flatline/alpha')}\n`);
    await deploy();
    expect((await stack()).status).toBe('UPDATE_COMPLETE');
    const { SecretString } = await aws.call('secretsmanager', 'get_secret_value', { SecretId: 'flatline/alpha' });
    expect(SecretString).toBe(KEY);
  });

  test('is removed by the line of the document, but for what is kept', async () => {
    work.write(CONFIG, original);
    await deploy();
    const { resources } = await stack();
    await work.run('npx cdk destroy -c environment=testnet', NOBODY_TO_ASK);
    await expect(stack()).rejects.toThrow('does not exist');
    const tables = [...resources.values()].filter(({ type }) => type === 'AWS::DynamoDB::Table').map(({ id }) => id);
    const { TableNames } = await aws.call('dynamodb', 'list_tables');
    expect(tables.filter(name => TableNames.includes(name))).toHaveLength(2);
    expect(await secretNames()).toContain(SECRET);
  });

  test('is deployed once more after it was removed, with the secret that was kept', async () => {
    const arn = await arnOf(SECRET);
    work.write(CONFIG, original.replace(/^secret = .*$/m, `$&\nsecret_arn = ${arn}`));
    await deploy();
    expect((await stack()).status).toBe('CREATE_COMPLETE');
    expect(await arnOf(SECRET)).toBe(arn);
  });
});

/** The stack is deployed, changed, broken, removed and deployed again by the command lines of the documents. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Checkout, checkOut } from './checkout.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const tools = inject('awsTools');
const STACK = 'flatline-testnet';
const ALPHA = '\n[bot:alpha]\nsecret = flatline/alpha\n';

describe.skipIf(tools.kind === 'missing')('a deployment on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    work = checkOut(aws);
  });
  afterAll(() => aws?.close());

  const deploy = () => work.run('npx cdk deploy -c environment=testnet');
  const statusOf = async (stack = STACK): Promise<string> => {
    const { Stacks } = await aws.call('cloudformation', 'describe_stacks', { StackName: stack });
    return Stacks[0].StackStatus;
  };
  /** Physical ID by logical ID. */
  const resources = async (): Promise<Readonly<Record<string, string>>> => {
    const { StackResources } = await aws.call('cloudformation', 'describe_stack_resources', { StackName: STACK });
    return Object.fromEntries(
      StackResources.map((resource: { LogicalResourceId: string; PhysicalResourceId: string }) => [
        resource.LogicalResourceId,
        resource.PhysicalResourceId,
      ]),
    );
  };
  const template = () => JSON.parse(work.read(`cdk.out/${STACK}.template.json`));
  const outputs = async (): Promise<Readonly<Record<string, string>>> => {
    const { Stacks } = await aws.call('cloudformation', 'describe_stacks', { StackName: STACK });
    return Object.fromEntries(
      Stacks[0].Outputs.map((output: { OutputKey: string; OutputValue: string }) => [output.OutputKey, output.OutputValue]),
    );
  };

  test('bootstraps and deploys by the lines of the README, with every resource of the template', async () => {
    await work.run('npx cdk bootstrap');
    await deploy();
    expect(await statusOf()).toBe('CREATE_COMPLETE');
    expect(Object.keys(await resources()).toSorted()).toEqual(Object.keys(template().Resources).toSorted());
    expect(Object.keys(await outputs()).toSorted()).toEqual(Object.keys(template().Outputs).toSorted());
  });

  test('changes nothing when it is deployed again unchanged', async () => {
    const before = await resources();
    await deploy();
    expect(await resources()).toEqual(before);
    expect(await statusOf()).toBe('CREATE_COMPLETE');
  });

  test('adds what a new bot needs and replaces nothing', async () => {
    const before = await resources();
    work.edit('config/testnet.ini', text => text + ALPHA);
    await deploy();
    expect(await statusOf()).toBe('UPDATE_COMPLETE');
    expect(await resources()).toMatchObject(before);
    expect(await outputs()).toMatchObject({ SecretNameOfalpha: 'flatline/alpha', BotPolicyArnOfalpha: /./ });
  });
});

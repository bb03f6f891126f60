/**
 * What `[deployment]` can change of the stack: a key of the operator's own for the secrets, two addresses that stay, test
 * events. A second stack beside none, from a file of its own, as docs/operations.md says; then everything is taken out.
 */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { AwsAnswer, Key } from './boto-session.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { type DeployedStack, idsOf, readStack } from './deployed-stack.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import type { PolicyDocument } from './iam-evaluator.ts';
import { keyOf, keyWith } from './identities.ts';

const tools = inject('awsTools');
const STACK = 'flatline-testnet-desk2';
const CONFIG = 'config/desk2.ini';
const DEPLOY = `npx cdk deploy -c environment=testnet -c config=${CONFIG}`;
const SECRET = 'flatline/desk2';

const MAY_DO_EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

const with3 = (text: string): string =>
  text
    .replace(/^secret = .*$/m, `secret = ${SECRET}`)
    .replace('[deployment]', '[deployment]\nname = desk2')
    .replace('fixed_ip = false', 'fixed_ip = true')
    .replace('kms_key = none', 'kms_key = stack')
    .replace('test_events = false', 'test_events = true');
const without3 = (text: string): string =>
  text
    .replace('fixed_ip = true', 'fixed_ip = false')
    .replace('kms_key = stack', 'kms_key = none')
    .replace('test_events = true', 'test_events = false');

describe.skipIf(tools.kind === 'missing')('the settings of a deployment on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  let stack: DeployedStack;

  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    work = checkOut(aws);
    work.write(CONFIG, with3(work.read('config/testnet.ini')));
    await aws.bootstrap();
    await work.run(DEPLOY);
    stack = await readStack(aws, STACK);
  });
  afterAll(() => aws?.close());

  const liquidator = (): Promise<AwsAnswer> =>
    aws.call('lambda', 'get_function_configuration', { FunctionName: stack.outputs.LiquidatorName });
  const addresses = async (): Promise<readonly { readonly PublicIp: string; readonly AssociationId?: string }[]> =>
    (await aws.call('ec2', 'describe_addresses')).Addresses;
  const gateways = async (): Promise<readonly AwsAnswer[]> =>
    (await aws.call('ec2', 'describe_nat_gateways')).NatGateways.filter((one: AwsAnswer) => one.State === 'available');

  test('are all deployed together, with every resource of the template', () => {
    const { status, resources, template } = stack;
    expect(status).toBe('CREATE_COMPLETE');
    expect([...resources.keys()].toSorted()).toEqual(Object.keys(template.Resources).toSorted());
  });

  describe('kms_key = stack', () => {
    let key: Key;
    let KeyId: string;
    beforeAll(async () => {
      if (tools.kind === 'missing') return;
      [KeyId = ''] = idsOf(stack, 'AWS::KMS::Key');
      key = await keyOf(aws, stack, 'liquidator');
    });

    test('puts the secret under a key that rotates', async () => {
      const { KeyMetadata } = await aws.call('kms', 'describe_key', { KeyId });
      const { KmsKeyId } = await aws.call('secretsmanager', 'describe_secret', { SecretId: SECRET });
      expect(KmsKeyId).toBe(KeyMetadata.Arn);
      expect(await aws.call('kms', 'get_key_rotation_status', { KeyId })).toMatchObject({ KeyRotationEnabled: true });
    });

    test('the liquidator reads the secret, and past Secrets Manager the key serves neither it nor the owner', async () => {
      await aws.call('secretsmanager', 'put_secret_value', { SecretId: SECRET, SecretString: '{}' });
      expect(await aws.call('secretsmanager', 'get_secret_value', { SecretId: SECRET }, key)).toMatchObject({
        SecretString: '{}',
      });
      for (const whose of [key, await keyWith(aws, 'owner', [MAY_DO_EVERYTHING])]) {
        for (const [operation, params] of [
          ['decrypt', { KeyId, CiphertextBlob: 'x' }],
          ['generate_data_key', { KeyId, KeySpec: 'AES_256' }],
        ] as const) {
          const using = aws.call('kms', operation, params, whose);
          await expect(using).rejects.toMatchObject({ code: 'AccessDeniedException' });
        }
      }
    });
  });

  describe('fixed_ip = true', () => {
    test('makes two addresses, which the outputs name, each with a gateway of its own', async () => {
      const { outputs } = stack;
      const made = await addresses();
      expect([outputs.FixedIp1, outputs.FixedIp2].toSorted()).toEqual(made.map(({ PublicIp }) => PublicIp).toSorted());
      expect(new Set(made.flatMap(({ AssociationId = [] }) => AssociationId)).size).toBe(2);
      expect(await gateways()).toHaveLength(2);
    });

    test('the liquidator is in subnets whose only way out is through these gateways, without a way in', async () => {
      const { VpcConfig } = await liquidator();
      expect(VpcConfig.SubnetIds).toHaveLength(2);
      const { RouteTables } = await aws.call('ec2', 'describe_route_tables', {
        Filters: [{ Name: 'association.subnet-id', Values: VpcConfig.SubnetIds }],
      });
      const ways = (RouteTables as readonly AwsAnswer[]).flatMap(({ Routes }) =>
        Routes.filter((route: AwsAnswer) => route.DestinationCidrBlock === '0.0.0.0/0'),
      );
      expect(ways.map(({ NatGatewayId }) => NatGatewayId).toSorted()).toEqual(
        (await gateways()).map(({ NatGatewayId }) => NatGatewayId).toSorted(),
      );
      const { Subnets } = await aws.call('ec2', 'describe_subnets', { SubnetIds: VpcConfig.SubnetIds });
      expect(new Set((Subnets as readonly AwsAnswer[]).map(({ AvailabilityZone }) => AvailabilityZone)).size).toBe(2);
      const { SecurityGroups } = await aws.call('ec2', 'describe_security_groups', {
        GroupIds: VpcConfig.SecurityGroupIds,
      });
      expect((SecurityGroups as readonly AwsAnswer[]).map(({ IpPermissions }) => IpPermissions)).toEqual([[]]);
    });

    test('no other function is in these subnets', async () => {
      const { Functions } = await aws.call('lambda', 'list_functions');
      const inside = (Functions as readonly AwsAnswer[]).filter(({ VpcConfig }) => VpcConfig?.SubnetIds?.length > 0);
      expect(inside.map(({ FunctionName }) => FunctionName)).toEqual([stack.outputs.LiquidatorName]);
    });
  });

  test('taken out of the file again, they leave the key and the addresses, and the liquidator goes out directly', async () => {
    const before = { addresses: await addresses(), keys: idsOf(stack, 'AWS::KMS::Key') };
    work.edit(CONFIG, without3);
    await work.run(DEPLOY);
    const after = await readStack(aws, STACK);
    expect(after.status).toBe('UPDATE_COMPLETE');
    expect([...after.resources.values()].filter(({ type }) => /::(EC2|KMS|EventSchemas)::/.test(type))).toEqual([]);
    expect(await gateways()).toEqual([]);
    expect((await liquidator()).VpcConfig?.SubnetIds ?? []).toEqual([]);
    // An address given back is soon somebody else's, and a secret is lost with its key.
    expect(await addresses()).toEqual(before.addresses.map(({ AssociationId: _, ...address }) => address));
    for (const KeyId of before.keys) {
      expect((await aws.call('kms', 'describe_key', { KeyId })).KeyMetadata.KeyState).toBe('Enabled');
    }
  });
});

/** Who calls AWS in these tests: identities with the policies that the stack has deployed, or with others. */

import type { Grantee, PermissionTarget } from '../../lambda/permissions.ts';
import type { AwsAnswer, Key } from './boto-session.ts';
import { type DeployedStack, idsOf } from './deployed-stack.ts';
import { ACCOUNT, type Emulator } from './emulator.ts';
import type { PolicyDocument } from './iam-evaluator.ts';
import type { Belongings } from './permission-probes.ts';

const TRUSTS_THE_ACCOUNT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
};

/** A role that may be assumed by the account's owner. Gives its ARN. */
export async function createRole(aws: Emulator, name: string): Promise<string> {
  const document = JSON.stringify(TRUSTS_THE_ACCOUNT);
  const { Role } = await aws.call('iam', 'create_role', { RoleName: name, AssumeRolePolicyDocument: document });
  return Role.Arn;
}

export async function assumeRole(aws: Emulator, RoleArn: string): Promise<Key> {
  const { Credentials } = await aws.call('sts', 'assume_role', { RoleArn, RoleSessionName: 'test' });
  return Credentials;
}

/** The key of a new role with exactly these policies. */
export async function keyWith(aws: Emulator, name: string, policies: readonly PolicyDocument[]): Promise<Key> {
  const arn = await createRole(aws, `like-${name}`);
  for (const [index, policy] of policies.entries()) {
    const what = { RoleName: `like-${name}`, PolicyName: `p${index}`, PolicyDocument: JSON.stringify(policy) };
    await aws.call('iam', 'put_role_policy', what);
  }
  return assumeRole(aws, arn);
}

/** A key of what a grantee runs as. Only Lambda may assume the role of a function, so the owner is let in first. */
export async function keyOf(aws: Emulator, stack: DeployedStack, grantee: Grantee): Promise<Key> {
  if (grantee === 'bot') return keyWith(aws, 'bot', await deployedPolicies(aws, stack, 'bot'));
  const { Role } = await configurationOf(aws, stack.outputs, grantee);
  const RoleName = Role.split('/').at(-1);
  const PolicyDocument = JSON.stringify(TRUSTS_THE_ACCOUNT);
  await aws.call('iam', 'update_assume_role_policy', { RoleName, PolicyDocument });
  return assumeRole(aws, Role);
}

/** As AWS has them: a function's from its role, a bot's from the policy that the stack's output names. */
export async function deployedPolicies(
  aws: Emulator,
  { outputs }: DeployedStack,
  grantee: Grantee,
): Promise<readonly PolicyDocument[]> {
  if (grantee === 'bot') return [await managedPolicy(aws, outputs.BotPolicyArnOfdefault ?? '')];
  const { Role } = await configurationOf(aws, outputs, grantee);
  const RoleName = Role.split('/').at(-1);
  const { PolicyNames } = await aws.call('iam', 'list_role_policies', { RoleName });
  const { AttachedPolicies } = await aws.call('iam', 'list_attached_role_policies', { RoleName });
  const inline = (PolicyNames as readonly string[]).map(async PolicyName => {
    const { PolicyDocument } = await aws.call('iam', 'get_role_policy', { RoleName, PolicyName });
    return PolicyDocument;
  });
  const attached = (AttachedPolicies as readonly { PolicyArn: string }[]).map(({ PolicyArn }) =>
    managedPolicy(aws, PolicyArn),
  );
  return Promise.all([...inline, ...attached]);
}

/** Where a function's lines go, and its events that failed for good; a bot has neither. */
export async function belongingsOf(aws: Emulator, { outputs }: DeployedStack, grantee: Grantee): Promise<Belongings> {
  if (grantee === 'bot') return { logGroup: undefined, role: undefined, deadLetters: undefined };
  const { FunctionName, LoggingConfig, Role } = await configurationOf(aws, outputs, grantee);
  const { FunctionEventInvokeConfigs } = await aws.call('lambda', 'list_function_event_invoke_configs', {
    FunctionName,
  });
  const destinations = (FunctionEventInvokeConfigs as readonly AwsAnswer[]).map(
    config => config.DestinationConfig?.OnFailure?.Destination,
  );
  return { logGroup: LoggingConfig.LogGroup, role: Role, deadLetters: destinations.find(each => each !== undefined) };
}

/** The queues from which the notifier is fed. */
export async function queuesOf(
  aws: Emulator,
  { outputs }: DeployedStack,
): Promise<ReadonlyMap<string, PermissionTarget>> {
  const { FunctionName } = await configurationOf(aws, outputs, 'notifier');
  const { EventSourceMappings } = await aws.call('lambda', 'list_event_source_mappings', { FunctionName });
  return new Map(
    (EventSourceMappings as readonly { EventSourceArn: string }[]).map(({ EventSourceArn: arn }) => [
      arn,
      arn.endsWith('.fifo') ? 'notificationQueue' : 'chatQueue',
    ]),
  );
}

/** The policy at the key that the stack made for its secrets. */
export async function keyPolicyOf(aws: Emulator, stack: DeployedStack): Promise<PolicyDocument> {
  const [KeyId] = idsOf(stack, 'AWS::KMS::Key');
  const { Policy } = await aws.call('kms', 'get_key_policy', { KeyId, PolicyName: 'default' });
  return JSON.parse(Policy);
}

/** ARN of a table's stream. */
export async function streamOf(aws: Emulator, TableName: string | undefined): Promise<string> {
  const { Table } = await aws.call('dynamodb', 'describe_table', { TableName });
  return Table.LatestStreamArn;
}

function configurationOf(aws: Emulator, outputs: DeployedStack['outputs'], grantee: Grantee): Promise<AwsAnswer> {
  const name = grantee.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  const FunctionName = outputs.LiquidatorName?.replace(/liquidator$/, name);
  return aws.call('lambda', 'get_function_configuration', { FunctionName });
}

async function managedPolicy(aws: Emulator, PolicyArn: string): Promise<PolicyDocument> {
  const { Policy } = await aws.call('iam', 'get_policy', { PolicyArn });
  const version = { PolicyArn, VersionId: Policy.DefaultVersionId };
  const { PolicyVersion } = await aws.call('iam', 'get_policy_version', version);
  return PolicyVersion.Document;
}

/** Calls on what only some deployments have: a key of the operator's own, and a place in a network. */

import type { PermissionTarget } from '../../lambda/permissions.ts';
import { type DeployedStack, idsOf } from './deployed-stack.ts';
import { ACCOUNT, arnOf, REGION } from './emulator.ts';
import type { PolicyDocument } from './iam-evaluator.ts';
import type { Probe } from './probe.ts';

const PAST_SECRETS_MANAGER = 'the key of the secrets, past Secrets Manager';
const BY_SECRETS_MANAGER = {
  'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`,
  'kms:CallerAccount': ACCOUNT,
};

/**
 * What the key's policy permits goes by way of Secrets Manager, and MiniStack's does not ask the key: so iam-simulate alone
 * is asked of that. The same calls made directly are refused, which test/aws/settings.test.ts shows.
 */
export const keyProbes = (
  stack: DeployedStack,
  resourcePolicy: PolicyDocument,
  principal: string | undefined,
): readonly Probe[] =>
  idsOf(stack, 'AWS::KMS::Key').flatMap(KeyId => {
    const resource = arnOf('kms', `key/${KeyId}`);
    const asked = { resource, resourcePolicy, principal };
    return [
      { ...asked, target: 'secretsKey', action: 'kms:Decrypt', context: BY_SECRETS_MANAGER },
      { ...asked, target: PAST_SECRETS_MANAGER, action: 'kms:Decrypt' },
      ...(
        [
          ['Encrypt', 'encrypt', { KeyId, Plaintext: 'x' }],
          ['ScheduleKeyDeletion', 'schedule_key_deletion', { KeyId }],
          ['DisableKey', 'disable_key', { KeyId }],
        ] as const
      ).map(([action, operation, params]) => ({
        ...{ ...asked, target: 'secretsKey', action: `kms:${action}` },
        call: { service: 'kms', operation, params },
      })),
    ];
  });

const INTERFACE = arnOf('ec2', 'network-interface/eni-0123456789abcdef0');
const NetworkInterfaceId = 'eni-0123456789abcdef0';

/** On interfaces and subnets that do not exist: a caller with the permission gets that error. */
export const networkProbes = (target: PermissionTarget): readonly Probe[] =>
  (
    [
      ['CreateNetworkInterface', 'create_network_interface', { SubnetId: 'subnet-0' }, INTERFACE],
      ['DescribeNetworkInterfaces', 'describe_network_interfaces', {}, '*'],
      ['DescribeSubnets', 'describe_subnets', {}, '*'],
      ['DeleteNetworkInterface', 'delete_network_interface', { NetworkInterfaceId }, INTERFACE],
      ['AssignPrivateIpAddresses', 'assign_private_ip_addresses', { NetworkInterfaceId }, INTERFACE],
      ['UnassignPrivateIpAddresses', 'unassign_private_ip_addresses', { NetworkInterfaceId }, INTERFACE],
      ['DescribeAddresses', 'describe_addresses', {}, '*'],
      ['DescribeVpcs', 'describe_vpcs', {}, '*'],
    ] as const
  ).map(([action, operation, params, resource]) => ({
    ...{ target, resource, action: `ec2:${action}` },
    call: { service: 'ec2', operation, params },
  }));

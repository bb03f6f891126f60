/** The policy at a secret, as the stack writes it, judged by iam-simulate: who may read it, and who may write it by which call. */

import { beforeAll, describe, expect, inject, test } from 'vitest';
import { resource, templateOf } from '../lib/synthesised.ts';
import { ACCOUNT, arnOf, REGION } from './emulator.ts';
import { type IsAllowed, openEvaluator, type PolicyDocument } from './iam-evaluator.ts';

const tools = inject('awsTools');
const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const ADMIN = roleArn('ops');
const LIQUIDATOR = roleArn('liquidator');
const DEPLOYING = roleArn(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`);
const SOMEBODY = roleArn('somebody');
const SECRET = arnOf('secretsmanager', 'secret:flatline/default-AbCdEf');
const ALL: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }],
};
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
};

/** The template's functions, worked out as AWS CloudFormation would. */
function workedOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(workedOut);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Readonly<Record<string, unknown>>;
  if (typeof Ref === 'string') return PSEUDO[Ref];
  if (attribute !== undefined) return LIQUIDATOR;
  if (Array.isArray(join)) return (workedOut(join[1]) as readonly string[]).join(String(join[0]));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, workedOut(each)]));
}

describe.skipIf(tools.kind === 'missing')('with secret_admins', () => {
  const { ResourcePolicy } = resource(
    templateOf({ secretAdmins: [ADMIN] }),
    'AWS::SecretsManager::ResourcePolicy',
    'SecretGuards',
  ).Properties;
  const resourcePolicy = workedOut(ResourcePolicy) as PolicyDocument;
  let isAllowed: IsAllowed;
  beforeAll(async () => {
    if (tools.kind !== 'missing') isAllowed = await openEvaluator(tools);
  });

  test.each([
    ['the liquidator', LIQUIDATOR, undefined, { reads: true, puts: true, updates: false }],
    ['who is named', ADMIN, undefined, { reads: true, puts: true, updates: true }],
    ['somebody who may do everything', SOMEBODY, undefined, { reads: false, puts: false, updates: false }],
    ['the role of deployments', DEPLOYING, undefined, { reads: false, puts: false, updates: true }],
    [
      'AWS CloudFormation on behalf of somebody',
      SOMEBODY,
      'cloudformation',
      { reads: false, puts: false, updates: true },
    ],
    ['another service on behalf of somebody', SOMEBODY, 'athena', { reads: false, puts: false, updates: false }],
  ] as const)('%s', async (_who, principal, via, { reads, puts, updates }) => {
    const context = {
      'aws:PrincipalArn': principal,
      ...(via === undefined ? {} : { 'aws:CalledVia': [`${via}.amazonaws.com`] }),
    };
    const may = (name: string): Promise<boolean> =>
      isAllowed([ALL], { action: `secretsmanager:${name}`, resource: SECRET, principal, resourcePolicy, context });
    expect({
      reads: await may('GetSecretValue'),
      puts: await may('PutSecretValue'),
      updates: await may('UpdateSecret'),
    }).toEqual({ reads, puts, updates });
    expect(await may('UpdateSecretVersionStage')).toBe(puts);
  });
});
